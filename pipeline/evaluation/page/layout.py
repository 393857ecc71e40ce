"""What the page says, ready for the template: plain values, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluation.basic import NO_FAMILY, Confusion
from pipeline.evaluation.events.tables import EventTables, event_tables
from pipeline.evaluation.numbers import number, share
from pipeline.evaluation.page.confidence import SurenessView, sureness_view
from pipeline.evaluation.page.readings import Reading, measured, reading
from pipeline.evaluation.scoring import Part
from pipeline.evaluation.verdict import Verdict

MOST_NAMES = 20
_ASKED = {
    "display": "How the face shows it",
    "text_role": "What the words say of it",
    "needs_context": "Whether the turns before are needed",
    "voice_tells": "Whether the voice tells it",
    "told_by": "What alone tells it",
}


@dataclass(frozen=True)
class PartReading:
    """The scores of one value of a facet."""

    value: str
    meaning: str
    rows: str
    labelled: str
    wheel_f: Reading
    basic: Reading | None


@dataclass(frozen=True)
class Facet:
    """The parts of one column of the truth."""

    title: str
    column: str
    parts: tuple[PartReading, ...]


@dataclass(frozen=True)
class Cell:
    """How often a family was answered with another: the number, and percent of its row."""

    count: str
    share: float
    is_right: bool


@dataclass(frozen=True)
class ConfusionView:
    """The table of families; rows that do not occur are left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Names:
    """Rows without a partner: how many, and the first names."""

    title: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Everything on the page."""

    title: str
    facts: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    notices: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    scores: tuple[Reading, ...]
    facets: tuple[Facet, ...]
    confusion: ConfusionView
    sureness: SurenessView | None
    agreement: tuple[tuple[str, str], ...]
    events: EventTables | None
    unmatched: tuple[Names, ...]


def lay_out(verdict: Verdict) -> Page:
    """The page of a verdict."""
    return Page(
        title="Scores of predicted labels",
        facts=(
            ("Predictions", verdict.predictions),
            ("Truth", verdict.truth),
            ("Wheels", verdict.wheels),
            ("Groups", verdict.groups),
        ),
        cautions=verdict.cautions,
        notices=verdict.notices,
        figures=tuple(_figures(verdict)),
        scores=tuple(reading(score, 100) for score in verdict.scores),
        facets=tuple(_facets(verdict.parts)),
        confusion=_confusion(verdict.confusion),
        sureness=None if verdict.sureness is None else sureness_view(verdict.sureness),
        agreement=tuple(_agreement(verdict)),
        events=None if verdict.events is None else event_tables(verdict.events),
        unmatched=tuple(_unmatched(verdict)),
    )


def _figures(verdict: Verdict) -> list[tuple[str, str]]:
    counts, use = verdict.counts, verdict.label_use
    untold = f"{counts.untold_abstained:,} of {counts.untold:,}"
    return [
        (f"{counts.rows:,}", "rows of the truth"),
        (f"{counts.videos:,}", "videos"),
        (f"{len(counts.missing):,}", "rows without a prediction"),
        (f"{counts.abstained:,}", "rows abstained"),
        *([(untold, "abstained on where nothing can be told")] if counts.untold else []),
        (share(use.coverage), "of rows with a label on the wheels"),
        (f"{use.mean_predicted:.1f}", f"labels a row; the truth has {use.mean_true:.1f}"),
        (share(use.off_wheels_predicted), "of predicted labels off the wheels"),
        (share(use.off_wheels_true), "of true labels off the wheels"),
    ]


def _facets(parts: Sequence[Part]) -> list[Facet]:
    return [
        Facet(
            _ASKED[column],
            column,
            tuple(_part(part) for part in parts if part.column == column),
        )
        for column in dict.fromkeys(part.column for part in parts)
    ]


def _part(part: Part) -> PartReading:
    return PartReading(
        part.value,
        part.meaning,
        f"{part.rows:,}",
        share(part.labelled / part.rows),
        measured(part.value, part.wheel_f, 100),
        None if part.basic is None else measured(part.value, part.basic, 100),
    )


def _confusion(table: Confusion) -> ConfusionView:
    there = [(name, counts) for name, counts in zip(table.rows, table.counts, strict=True)]
    rows = [
        (
            name,
            tuple(
                Cell(f"{count:,}", round(100 * count / counts.sum(), 1), column == name)
                for column, count in zip(table.columns, counts.tolist(), strict=True)
            ),
        )
        for name, counts in there
        if counts.any()
    ]
    columns = tuple("no label" if name == NO_FAMILY else name for name in table.columns)
    return ConfusionView(columns, tuple(rows))


def _agreement(verdict: Verdict) -> list[tuple[str, str]]:
    found = verdict.agreement
    if found is None:
        return []
    return [
        ("annotators", str(len(found.annotators))),
        ("rows that two or more speak of", f"{found.units:,}"),
        ("Krippendorff's alpha, families", number(found.alpha_family, 1)),
        ("Krippendorff's alpha, sets of labels (MASI)", number(found.alpha_labels, 1)),
        *(
            (f"Cohen's kappa, families: {one.one} and {one.other}", number(one.kappa, 1))
            for one in found.kappas
        ),
    ]


def _unmatched(verdict: Verdict) -> list[Names]:
    counts = verdict.counts
    kinds = (
        ("Rows of the truth without a prediction", counts.missing),
        ("Predictions without a row of the truth", counts.unscored),
        ("Windows and videos that the run could not annotate", counts.failed),
    )
    return [Names(title, len(names), names[:MOST_NAMES]) for title, names in kinds if names]
