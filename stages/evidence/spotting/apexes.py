"""How far an expression moves a face, and when most."""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.norms import Setting
from stages.evidence.spotting.decomposition import Decomposition, decomposition, names_of
from stages.evidence.spotting.spotted import Spotted

Array = NDArray[np.float64]


def parts_of(one: Spotted) -> Decomposition:
    """What an expression is laid out on: its units, in the metric of its setting."""
    setting: Setting = "speaking" if one.while_speaking else "quiet"
    return decomposition(names_of(one.units), setting, "short" if one.kind == "micro" else "long")


def apex_of(movement: Movement, one: Spotted) -> tuple[int, float]:
    """When the units of an expression have moved the face furthest, its apex not being known yet.

    Only the part of each movement that they explain counts: lips that speak meanwhile move further.

    Returns:
        the patch, and what share of that movement is kept at the offset.
    """
    parts = parts_of(one)
    (strengths,) = parts.strengths(moved_on_average(movement, one)[None])
    towards = parts.metric @ (parts.shifts @ strengths)
    course = (movement.flat[one.onset : one.offset + 1] - movement.flat[one.onset]) @ towards
    apex = 1 + int(np.argmax(course[1:-1]))
    return one.onset + apex, float(course[-1]) / max(float(course[apex]), 1e-9)


def moved_on_average(movement: Movement, one: Spotted) -> Array:
    """The movement [2 P] from the ends of an event to what is between, pixels of the patch.

    Steadier than that to the apex, which one badly found point may change.
    """
    during = movement.flat[one.onset : one.offset + 1]
    return np.asarray(during[1:-1].mean(axis=0) - (during[0] + during[-1]) / 2)


def moved(movement: Movement, one: Spotted) -> Array:
    """The movement [2 P] from the ends of an event to its apex, pixels of the patch."""
    onset, apex, offset = movement.flat[[one.onset, one.apex, one.offset]]
    return np.asarray(apex - (onset + offset) / 2)
