"""A score in words, and where it stands on a scale."""

from dataclasses import dataclass

from pipeline.evaluation.intervals import Estimate
from pipeline.evaluation.numbers import interval, number
from pipeline.evaluation.scoring import Scored


@dataclass(frozen=True)
class Reading:
    """A score in words, and its places on a scale in percent; `interval` is "" without one."""

    name: str
    value: str
    interval: str
    place: float
    low: float
    high: float


def reading(score: Scored, most: float) -> Reading:
    """Of a score from 0 to `most`."""
    return measured(score.name, score.estimate, most)


def measured(name: str, estimate: Estimate, most: float) -> Reading:
    """Of an estimate from 0 to `most`."""
    ends = (estimate.value if end is None else end for end in (estimate.low, estimate.high))
    places = [round(100 * value / most, 2) for value in (estimate.value, *ends)]
    return Reading(name, number(estimate.value, most), interval(estimate, most), *places)
