"""What part of a movement is the work of which action unit.

A movement of the points of a face, x, is laid out on what each action unit would do, A, with
strengths that cannot be negative: least squares in the metric of what faces do without expression
(Lawson & Hanson's NNLS, as `scipy.optimize.nnls` solves it). What speech, a blink, a glance or a
turn of the head move a lot counts for little.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import POINTS
from stages.evidence.norms import Setting, load_norms

Array = NDArray[np.float64]
Scale = Literal["short", "long"]
Half = Literal["upper", "lower"]

HALVES: tuple[Half, ...] = ("upper", "lower")

UNITS: dict[tuple[Half, Setting], tuple[str, ...]] = {
    ("upper", "quiet"): ("1", "2", "4", "9"),
    ("upper", "speaking"): ("1", "2", "4", "9"),
    ("lower", "quiet"): (
        *("6", "12L", "12R", "14L", "14R", "15", "10L", "10R"),
        *("17", "20", "24", "26"),
    ),
    # What speech does with lips and jaw is no evidence while somebody speaks.
    ("lower", "speaking"): ("6", "12L", "12R", "14L", "14R", "15", "10L", "10R"),
}

FLOOR = 0.04  # pixels; no point is measured better
EYES = 2.0  # pixels by which lids may seem to move, since lashes and the white come and go
# How strong what is no expression may be at a time.
DISTRACTORS = {"45": 0.7, "gaze_across": 0.4, "gaze_down": 0.4, "yaw": 0.1, "pitch": 0.1}
CAUTION = 0.5  # added to the squares of the units, so that two alike do not fight
_KEPT = 256  # decompositions, some 50 KB each: a long run meets ever new sets of units


class Decomposition:
    """The metric of one setting and scale, and some units.

    Attributes:
        units: their names in the norms.
        shifts: [2 P, u], what each does to the points at full strength, pixels of the patch.
        sizes: [u], how many standard deviations of what is no expression that is.
        metric: [2 P, 2 P], the inverse of its covariance.
    """

    def __init__(self, covariance: Array, units: Sequence[str]) -> None:
        norms = load_norms()
        noise = covariance + FLOOR**2 * np.eye(len(covariance))
        lids = np.repeat([EYES * (point.region == "eyes") for point in POINTS], 2)
        noise += np.diag(lids**2)
        for name, strength in DISTRACTORS.items():
            noise += strength**2 * np.outer(norms.units[name], norms.units[name])
        self.units = tuple(units)
        self.shifts = np.stack([norms.units[name] for name in units], axis=1)
        self.metric = np.linalg.inv(noise)
        self._towards = self.metric @ self.shifts
        squares = self.shifts.T @ self._towards
        self._root = np.linalg.cholesky(squares + CAUTION * np.eye(len(units)))
        self._squares = squares
        self.sizes = np.sqrt(np.diag(squares))

    def strengths(self, movements: Array) -> Array:
        """How strong each unit is in each of the movements [n, 2 P]: [n, u], 0 or more."""
        from scipy.optimize import nnls

        moments = np.linalg.solve(self._root, (movements @ self._towards).T).T
        solved = [nnls(self._root.T, moment)[0] for moment in moments]
        return np.array(solved).reshape(len(movements), len(self.units))

    def evidence(self, strengths: Array) -> Array:
        """How many standard deviations of what is no expression strengths [n, u] come to: [n]."""
        return np.asarray(np.sqrt(((strengths @ self._squares) * strengths).sum(axis=1)))

    def explained(self, movement: Array) -> float:
        """What share of a movement [2 P] the units explain, 0..1."""
        from scipy.optimize import nnls

        shifts, seen = self.whitened(movement)
        return float(1 - nnls(shifts, seen)[1] ** 2 / max(float(seen @ seen), 1e-12))

    def whitened(self, movement: Array) -> tuple[Array, Array]:
        """The shifts of the units [2 P, u] and a movement [2 P] where all noise is alike."""
        root = np.linalg.cholesky(self.metric).T
        return root @ self.shifts, root @ movement


@lru_cache(maxsize=_KEPT)
def decomposition(units: tuple[str, ...], setting: Setting, scale: Scale) -> Decomposition:
    """The decomposition into some units of the norms, in a setting."""
    norms = load_norms()
    covariances = norms.short if scale == "short" else norms.long
    return Decomposition(covariances[setting], units)


@cache
def number(unit: str) -> int:
    """The number of FACS of a unit of the norms.

    Raises:
        ValueError: it is none: a turn of the head, or a glance.
    """
    found = re.match(r"\d+", unit)
    if found is None:
        raise ValueError(f"{unit} is no action unit")
    return int(found[0])


@cache
def names_of(numbers: tuple[int, ...]) -> tuple[str, ...]:
    """The units of the norms with some numbers of FACS; the halves where a face may move one."""
    names = [name for name in load_norms().units if name[0].isdigit()]
    halved = {number(name) for name in names if name[-1] in "LR"}
    return tuple(
        name
        for name in names
        if number(name) in numbers and (name[-1] in "LR" or number(name) not in halved)
    )
