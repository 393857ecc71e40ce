"""How far each point of the face has moved against the head.

Around each point a small window of the picture at rest is looked for in every picture, after the
head's own movement (Lucas & Kanade, IJCAI 1981), from coarse to fine; brightness and contrast of
the window are free, so that light that changes is no movement.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.head import BATCH, carried
from stages.evidence.movement.sampling import Pictures, Pyramid, part_of, read

Array = NDArray[np.float32]

MOST = 14.0  # pixels of the patch that a point may move: a laugh moves the corners by ten


@dataclass(frozen=True)
class _Level:
    times: int  # how many times smaller
    steps: int
    half: int  # pixels of the patch from the middle of a window to its side
    apart: int  # pixels between the places it is read at
    deviation: float  # pixels, of the Gaussian by which they count


LEVELS = (_Level(4, 2, 15, 5, 9.5), _Level(2, 2, 9, 3, 6.5), _Level(1, 2, 9, 2, 5.0))
SHIFT_STIFFNESS, LIGHT_STIFFNESS = 3.0, 0.1
CONTRAST = 20.0


@dataclass(frozen=True)
class Flow:
    """What P points did in n pictures.

    Attributes:
        shifts: float32 [n, P, 2], x and y in pixels of the patch, against the picture at rest.
        misfits: float32 [n, P], grey levels by which the window still differs (RMS).
    """

    shifts: Array
    misfits: Array


def find_flow(rest: Pyramid, pictures: Pyramid, head: Array, places: Array) -> Flow:
    """The flow of the points of the face.

    Args:
        rest: the picture at rest, a pyramid of one.
        pictures: a pyramid of n.
        head: how it lies in each, see `stages.evidence.movement.head.find_head`.
        places: of the points in the picture at rest, [P, 2].
    """
    problems = [_Problem(rest, places, level) for level in LEVELS]
    shifts = np.zeros((len(head), len(places), 2), np.float32)
    misfits = np.zeros(shifts.shape[:2], np.float32)
    for first in range(0, len(head), BATCH):
        part = slice(first, first + BATCH)
        own, some, off = shifts[part], part_of(pictures, part), np.empty(0, np.float32)
        for problem in problems:
            for _ in range(problem.level.steps):
                off = problem.step(some[problem.level.times], head[part], own)
        misfits[part] = problems[-1].misfit(off)
    return Flow(shifts, misfits)


class _Problem:
    """The least squares of all points at one size."""

    def __init__(self, rest: Pyramid, places: Array, level: _Level) -> None:
        self.level = level
        along = np.arange(-level.half, level.half + 1, level.apart, dtype=np.float32)
        down, across = (part.ravel() for part in np.meshgrid(along, along, indexing="ij"))
        weight = np.exp(-(across**2 + down**2) / (2 * level.deviation**2))
        self._weight = weight / weight.sum()
        self._x, self._y = places[:, :1] + across, places[:, 1:] + down
        small = rest[level.times]
        slopes = np.gradient(small[0])
        at = self._x[None] / level.times - 0.5, self._y[None] / level.times - 0.5
        self._grey = read(small, *at)[0]
        down_slope, across_slope = (
            read(np.ascontiguousarray(slope[None]), *at)[0] / level.times for slope in slopes
        )
        contrast = (self._grey - (self._grey @ self._weight)[:, None]) / CONTRAST
        slopes_of = np.stack([across_slope, down_slope, np.ones_like(contrast), contrast], axis=2)
        stiffness = np.diag([SHIFT_STIFFNESS, SHIFT_STIFFNESS, LIGHT_STIFFNESS, LIGHT_STIFFNESS])
        weighted = slopes_of * weight[None, :, None]
        squares = np.einsum("pqi,pqj->pij", weighted, slopes_of) + stiffness
        solved = np.linalg.solve(squares, weighted.transpose(0, 2, 1))
        # In float64, or the number of threads would show in the sums.
        self._solution = solved[:, :2].transpose(0, 2, 1).astype(np.float64)  # [P, q, 2]

    def step(self, pictures: Pictures, head: Array, shifts: Array) -> Array:
        """Move the `shifts` [n, P, 2] in place; how much the windows still differed, [n, P, q]."""
        x, y = carried(head, self._x[None] + shifts[..., :1], self._y[None] + shifts[..., 1:])
        off = read(pictures, x / self.level.times - 0.5, y / self.level.times - 0.5) - self._grey
        steps = np.matmul(off.transpose(1, 0, 2), self._solution).transpose(1, 0, 2)
        most = 4 * self.level.times
        shifts -= np.clip(steps, -most, most)
        np.clip(shifts, -MOST, MOST, out=shifts)
        return np.asarray(off)

    def misfit(self, off: Array) -> Array:
        """Weighted RMS of differences [n, P, q] about their mean, [n, P]."""
        centred = off - (off @ self._weight)[..., None]
        return np.asarray(np.sqrt(centred.astype(np.float64) ** 2 @ self._weight), np.float32)
