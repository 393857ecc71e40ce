"""What reviewing takes in time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from pipeline.reviews.decision import Decision
from pipeline.reviews.standing import Unit


@dataclass(frozen=True)
class Effort:
    """The time of one reviewer, or of all.

    Attributes:
        decisions: how many, remarks and withdrawals among them.
        units: of how many rows.
        seconds: in all.
        median_s: a row; None where no time was taken.
    """

    decisions: int
    units: int
    seconds: float
    median_s: float | None


def efforts(decisions: Iterable[Decision]) -> Mapping[str, Effort]:
    """The time of each reviewer, in the order of their names.

    A row's time is that of all decisions of a reviewer on it. Rows without a time, as from a
    table that gives none, do not count in the median.
    """
    by_reviewer: dict[str, list[Decision]] = defaultdict(list)
    for one in decisions:
        by_reviewer[one.reviewer].append(one)
    return {name: _effort(by_reviewer[name]) for name in sorted(by_reviewer)}


def effort_of_all(decisions: Iterable[Decision]) -> Effort:
    """The time of all reviewers; a row that two looked at counts twice in the median."""
    return _effort(list(decisions))


def _effort(decisions: list[Decision]) -> Effort:
    seconds: dict[tuple[str, Unit], float] = defaultdict(float)
    for one in decisions:
        seconds[one.reviewer, one.unit] += one.seconds
    timed = [value for value in seconds.values() if value > 0]
    units = len({unit for _, unit in seconds})
    return Effort(len(decisions), units, sum(timed), median(timed) if timed else None)
