"""How far a score may be off by the choice of videos alone: bootstrap intervals of 95 %.

Whole videos are drawn again, with replacement, each with all its utterances: those of one video are
alike, and drawing them one by one would make intervals too narrow. A score is computed anew from
each draw, so that what is no mean (an F of means) is right too. Source: Efron and Tibshirani, "An
Introduction to the Bootstrap" (1993), percentile intervals; Field and Welsh, "Bootstrapping
clustered data" (2007).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.evaluation.overlaps import Floats

RESAMPLES = 1000
LEAST_VIDEOS = 2
_AT_ONCE = 4_000_000  # weights, 32 MB

Score = Callable[[Floats | None], Floats]
"""From weights [..., rows], how often each row counts, to scores [...]; None: each once."""


@dataclass(frozen=True)
class Estimate:
    """A score, and the ends of its interval; None where there are too few videos for one."""

    value: float
    low: float | None = None
    high: float | None = None


class Resamples:
    """Draws of videos, the same ones for every score, so that scores can be held together."""

    def __init__(self, videos: Sequence[str], seed: int, count: int = RESAMPLES) -> None:
        """
        Args:
            videos: the names of the videos; order and repetition do not matter.
            seed: of the draws.
            count: how many.
        """
        self._names = sorted(set(videos))
        self._seed = seed
        self._count = count

    @cached_property
    def _draws(self) -> Floats:
        """How often each video was drawn: [count, videos]."""
        size = len(self._names)
        drawn = np.random.default_rng(self._seed).multinomial(
            size, np.full(size, 1 / size), size=self._count
        )
        return drawn.astype(np.float64)

    def estimate(self, score: Score, videos: Sequence[str]) -> Estimate:
        """The score of all rows and its interval.

        Args:
            score: from weights [..., rows] to values [...]; None weighs each row once.
            videos: the video of each row, all of them known to these draws.
        """
        value = float(score(None))
        if len(self._names) < LEAST_VIDEOS or not len(videos):
            return Estimate(value)
        places = np.searchsorted(self._names, videos)
        step = max(1, _AT_ONCE // len(videos))
        values = [
            score(self._draws[start : start + step][:, places])
            for start in range(0, self._count, step)
        ]
        drawn = np.concatenate(values)
        told = drawn[~np.isnan(drawn)]  # some draws may hold no row that counts
        if not told.size:
            return Estimate(value)
        low, high = np.percentile(told, (2.5, 97.5))
        return Estimate(value, float(low), float(high))
