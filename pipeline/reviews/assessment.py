"""What the decisions on a dataset say of it and of those who made them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalogue import LEVELS, Level, read_catalogue
from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.annotators import Agreement
from pipeline.reviews.accuracy import Accuracy, Judged, accuracy
from pipeline.reviews.agreement import blind_agreement
from pipeline.reviews.decision import Decision
from pipeline.reviews.effort import Effort, effort_of_all, efforts
from pipeline.reviews.standing import Standing, Unit, standings, unit_of
from pipeline.reviews.store import read_decisions
from stages.faults import SetupError
from stages.rows import Row

NOT_DECIDED = "not decided"
OTHER_ROWS = "of rows that are cut anew or gone"
_READ = (
    *("unit_id", "video_id", "utterance_index", "window_index"),
    *("start_s", "end_s", "labels"),
)


@dataclass(frozen=True)
class Assessment:
    """What decisions say.

    Attributes:
        states: rows by what people decided of them; and `NOT_DECIDED`, `OTHER_ROWS`.
        agreement: of reviewers who decided blind.
        audited: of the rows that were drawn at random for it, which speaks for the whole dataset.
        reviewed: of all rows that people decided of, which does not.
        efforts: by reviewer.
        effort: of all of them.
    """

    states: Mapping[str, int]
    agreement: Agreement
    audited: Accuracy
    reviewed: Accuracy
    efforts: Mapping[str, Effort]
    effort: Effort


def assess(folder: DatasetFolder) -> Assessment:
    """What the decisions on a dataset say.

    Raises:
        SetupError: nobody decided anything, or a file cannot be read.
    """
    decisions = read_decisions(folder)
    if not decisions:
        raise SetupError(
            f"{folder.location}: nobody has reviewed it yet: it has no decisions in reviews/"
        )
    standing = standings(decisions)
    rows, undecided = _judged(folder, standing)
    audited = _drawn(decisions)
    states: Counter[str] = Counter(one.state for _, one in rows.values())
    return Assessment(
        states={
            **states,
            NOT_DECIDED: undecided,
            OTHER_ROWS: len(standing.keys() - rows.keys()),
        },
        agreement=blind_agreement(decisions),
        audited=accuracy(row for unit, row in rows.items() if unit in audited),
        reviewed=accuracy(rows.values()),
        efforts=efforts(decisions),
        effort=effort_of_all(decisions),
    )


def _drawn(decisions: list[Decision]) -> frozenset[Unit]:
    """What stands decided because it was drawn at random."""
    taken = [one for one in decisions if one.task == "audit" or one.verdict == "withdrawn"]
    return frozenset(standings(taken))


def _judged(
    folder: DatasetFolder, standing: Mapping[Unit, Standing]
) -> tuple[Mapping[Unit, Judged], int]:
    """The rows that people decided of, and how many utterances nobody did."""
    found: dict[Unit, Judged] = {}
    undecided = 0
    of_windows = any(utterance is None for _, utterance, _ in standing)
    for row in _rows(folder, LEVELS if of_windows else LEVELS[:1]):
        unit = unit_of(row)
        own = standing.get(unit)
        if own is not None and own.is_of(row["start_s"], row["end_s"]):
            found[unit] = (row["labels"] or (), own)
        else:
            undecided += row["utterance_index"] is not None
    return found, undecided


def _rows(folder: DatasetFolder, levels: Sequence[Level]) -> Iterator[Row]:
    """Each once; a part may have been written twice."""
    seen: set[str] = set()
    for level in levels:
        for table in read_catalogue(folder, level):
            for row in table.select(_READ).to_pylist():
                if row["unit_id"] not in seen:
                    seen.add(row["unit_id"])
                    yield row
