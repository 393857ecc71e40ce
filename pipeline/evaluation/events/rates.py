"""Rates over videos: what is counted in each, summed, over what else is counted, with intervals.

Counts are summed over all videos before they are divided, as the challenges do: a video with many
events weighs more than one with few.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.events.matching import Matches
from pipeline.evaluation.intervals import Estimate, Resamples
from pipeline.evaluation.overlaps import Floats


class Rates:
    """Rates over the same videos, with the same draws of them behind every interval."""

    def __init__(self, videos: Sequence[str], seed: int) -> None:
        """
        Args:
            videos: their names, each once.
            seed: of the draws.
        """
        self._videos = videos
        self._resamples = Resamples(videos, seed)

    def of(self, numerators: npt.ArrayLike, denominators: npt.ArrayLike) -> Estimate | None:
        """The sum of the one over that of the other; None where the other is 0.

        Args:
            numerators, denominators: float64 [v], one for each video, in the order of their names.
        """
        above, below = np.array(numerators, np.float64), np.array(denominators, np.float64)
        if not below.sum() > 0:
            return None

        def score(weights: Floats | None) -> Floats:
            weighed = np.ones(len(above)) if weights is None else weights
            tops, bottoms = weighed @ above, weighed @ below
            there = bottoms > 0
            found: Floats = np.where(there, tops / np.where(there, bottoms, 1), np.nan)
            return found

        return self._resamples.estimate(score, self._videos)


@dataclass(frozen=True)
class Spotted:
    """How well events were spotted.

    Attributes:
        true: the events in view.
        found: how many of them were spotted.
        false: spotted events that match nothing.
        precision: found / (found + false), 0..1; None where nothing was spotted.
        recall: found / true, 0..1; None where there is nothing to be found.
        f1: 2 found / (2 found + false + missed), 0..1; None where there was neither.
    """

    true: int
    found: int
    false: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None


Tally = tuple[int, int, int]
"""Found, missed and false events of a video."""


def tally(matches: Matches) -> Tally:
    """What came of matching, counted."""
    return len(matches.pairs), len(matches.missed), len(matches.false)


def spotted(tallies: Sequence[Tally], rates: Rates) -> Spotted:
    """Of a tally for each video."""
    counts = np.array(tallies, np.int64).reshape(-1, 3)
    found, missed, false = counts.T
    return Spotted(
        true=int((found + missed).sum()),
        found=int(found.sum()),
        false=int(false.sum()),
        precision=rates.of(found, found + false),
        recall=rates.of(found, found + missed),
        f1=rates.of(2 * found, 2 * found + false + missed),
    )
