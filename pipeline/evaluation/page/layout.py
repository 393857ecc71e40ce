"""What the page says, ready for the template: plain values, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluation.basic import NO_FAMILY, Confusion
from pipeline.evaluation.intervals import Estimate
from pipeline.evaluation.numbers import interval, number, share
from pipeline.evaluation.page.plots import Plot, reliability_plot, risk_plot
from pipeline.evaluation.scoring import Part, Scored
from pipeline.evaluation.sureness import Sureness
from pipeline.evaluation.verdict import Verdict

MOST_NAMES = 20
_ASKED = {
    "display": "How the face shows it",
    "text_role": "What the words say of it",
    "needs_context": "Whether the turns before are needed",
    "voice_tells": "Whether the voice tells it",
}


@dataclass(frozen=True)
class Reading:
    """A score in words, and its places on a scale in percent; `interval` is "" without one."""

    name: str
    value: str
    interval: str
    place: float
    low: float
    high: float


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
class SurenessView:
    """What is said of confidences."""

    scores: tuple[Reading, ...]
    reliability: Plot
    bins: tuple[tuple[str, ...], ...]
    risk: Plot
    budgets: tuple[tuple[str, ...], ...]
    held_out: str
    answered: str


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
        scores=tuple(_reading(score, 100) for score in verdict.scores),
        facets=tuple(_facets(verdict.parts)),
        confusion=_confusion(verdict.confusion),
        sureness=None if verdict.sureness is None else _sureness(verdict.sureness),
        agreement=tuple(_agreement(verdict)),
        unmatched=tuple(_unmatched(verdict)),
    )


def _reading(score: Scored, most: float) -> Reading:
    return _measured(score.name, score.estimate, most)


def _measured(name: str, estimate: Estimate, most: float) -> Reading:
    ends = (estimate.value if end is None else end for end in (estimate.low, estimate.high))
    places = [round(100 * value / most, 2) for value in (estimate.value, *ends)]
    return Reading(name, number(estimate.value, most), interval(estimate, most), *places)


def _figures(verdict: Verdict) -> list[tuple[str, str]]:
    counts, use = verdict.counts, verdict.label_use
    return [
        (f"{counts.rows:,}", "rows of the truth"),
        (f"{counts.videos:,}", "videos"),
        (f"{len(counts.missing):,}", "rows without a prediction"),
        (f"{counts.abstained:,}", "rows abstained"),
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
        _measured(part.value, part.wheel_f, 100),
        None if part.basic is None else _measured(part.value, part.basic, 100),
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


def _sureness(found: Sureness) -> SurenessView:
    return SurenessView(
        scores=tuple(_reading(score, 1) for score in found.scores),
        reliability=reliability_plot(found.bins),
        bins=tuple(
            (
                f"{one.low:.3f} to {one.high:.3f}",
                f"{one.confidence:.3f}",
                f"{one.right:.3f}",
                f"{one.count:,}",
            )
            for one in found.bins
        ),
        risk=risk_plot(found.curve),
        budgets=tuple(
            (
                share(one.risk),
                share(one.point.coverage) if one.point else "nothing",
                f"{one.point.threshold:.3f}" if one.point else "–",
                share(one.point.risk) if one.point else "–",
            )
            for one in found.budgets
        ),
        held_out=number(found.held_out_error, 1) if found.held_out_error is not None else "",
        answered=share(found.answered),
    )


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
