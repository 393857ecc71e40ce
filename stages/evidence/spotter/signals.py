"""What the network reads of a face: its movement at a fixed rate."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import PLACES, POINTS
from stages.evidence.spotting.lags import off_the_middle

RATE = 30.0  # a second; the fastest that patches come at
LAG_S = 0.2
# What brings the usual size of each signal near to 1.
_AWAY, _SUDDEN, _MISFIT = 0.5, 2.0, 5.0

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Signals:
    """The movement of a face, m samples.

    Attributes:
        times_s: [m] seconds, `1 / RATE` apart, from the first patch on.
        shifts: float32 [m, P, 2], pixels of the patch, from where each point mostly is.
        misfits: float32 [m, P], shares of the contrast of the face, from what they mostly are.
        speaking: [m], whether the face was, or may have been, speaking.
    """

    times_s: NDArray[np.float64]
    shifts: Array
    misfits: Array
    speaking: NDArray[np.bool_]

    def columns(self) -> Array:
        """As the network reads them: float32 [m, 5 P + 1]."""
        sudden = off_the_middle(self.shifts.astype(np.float64), round(LAG_S * RATE))
        parts = (
            self.shifts.reshape(len(self.shifts), -1) * _AWAY,
            sudden.reshape(len(self.shifts), -1) * _SUDDEN,
            self.misfits * _MISFIT,
            self.speaking[:, None],
        )
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def mirrored(self) -> "Signals":
        """Of the same face in a mirror."""
        shifts = self.shifts[:, _OTHER_SIDE] * np.array([-1, 1], np.float32)
        return Signals(self.times_s, shifts, self.misfits[:, _OTHER_SIDE], self.speaking)


def signals(movement: Movement, speaking: NDArray[np.bool_]) -> Signals:
    """The signals of a face.

    Args:
        movement: of n patches, at any rate.
        speaking: [n].
    """
    own = movement.times_s
    times_s = np.arange(own[0], own[-1] + 1e-6, 1 / RATE)
    shifts = (movement.shifts - np.median(movement.shifts, axis=0)).reshape(len(own), -1)
    misfits = movement.misfits - np.median(movement.misfits, axis=0)
    nearest = np.rint(np.interp(times_s, own, np.arange(len(own)))).astype(int)
    return Signals(
        times_s,
        _sampled(shifts, own, times_s).reshape(-1, len(PLACES), 2),
        _sampled(misfits / max(movement.contrast, 1.0), own, times_s),
        speaking[nearest],
    )


def _sampled(
    courses: NDArray[np.floating[Any]], own: NDArray[np.float64], times_s: NDArray[np.float64]
) -> Array:
    """Courses [n, c] at other times, straight between their own: [m, c]."""
    at = np.interp(times_s, own, np.arange(len(own)))
    before = np.minimum(at.astype(int), len(own) - 2)
    share = (at - before)[:, None].astype(np.float32)
    return np.asarray(courses[before] * (1 - share) + courses[before + 1] * share, np.float32)


def _other_side(name: str) -> str:
    left, right = "_left", "_right"
    if name.endswith(left):
        return name.removesuffix(left) + right
    return name.removesuffix(right) + left if name.endswith(right) else name


_NAMES = [point.name for point in POINTS]
_OTHER_SIDE = np.array([_NAMES.index(_other_side(name)) for name in _NAMES])
