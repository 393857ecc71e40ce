"""Micro-expressions of silent faces, laid over what other faces do.

Few people show one while they speak, and each of them says one thing meanwhile. Shifts of points
add up, near enough, so what a silent face did can be learnt to be seen behind any speech.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.synthesize.spotter.lessons import Lesson
from stages.evidence.spotter.network import KINDS

STRONGER = (0.7, 1.2)  # times the movement
_APART = 3  # samples, at least, between two
_MICRO, _UNDER_WAY = KINDS.index("micro"), 0


@dataclass(frozen=True)
class Graft:
    """A micro-expression, from its last sample at rest to its first at rest again.

    Attributes:
        shifts: float64 [k, P, 2], pixels of the patch, from the way between its ends.
        truth: float32 [k, 2, 1 + U], as of a lesson, of it alone.
    """

    shifts: NDArray[np.float64]
    truth: NDArray[np.float32]


def find_grafts(given: Sequence[Lesson]) -> list[Graft]:
    """The micro-expressions of faces that do not speak meanwhile."""
    return [graft for lesson in given for graft in _grafts(lesson)]


def _grafts(lesson: Lesson) -> Iterator[Graft]:
    there = lesson.truth[:, _MICRO, _UNDER_WAY] > 0
    edges = np.flatnonzero(np.diff(there.astype(int)))
    for before, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = slice(before, last + 2)
        if there[before + 1] and not lesson.signals.speaking[part].any():
            shifts = lesson.signals.shifts[part].astype(np.float64)
            way = np.linspace(0, 1, len(shifts))[:, None, None]
            truth = np.zeros_like(lesson.truth[part])
            truth[:, _MICRO] = lesson.truth[part, _MICRO]
            yield Graft(shifts - (1 - way) * shifts[0] - way * shifts[-1], truth)


def graft_on(
    shifts: NDArray[np.float32],
    truth: NDArray[np.float32],
    graft: Graft,
    rng: np.random.Generator,
) -> None:
    """Lay one over a stretch, in place, somewhere; where it meets another it is left out.

    Args:
        shifts: [m, P, 2], pixels of the patch.
        truth: [m, 2, 1 + U].
    """
    length = len(graft.shifts)
    if length > len(shifts):
        return
    at = int(rng.integers(len(shifts) - length + 1))
    around = slice(max(at - _APART, 0), at + length + _APART)
    if truth[around, _MICRO, _UNDER_WAY].any():
        return
    there = slice(at, at + length)
    shifts[there] += rng.uniform(*STRONGER) * graft.shifts
    truth[there] = np.maximum(truth[there], graft.truth)
