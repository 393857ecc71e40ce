"""Expressions: what the network takes for one, where the face can be believed.

The network says for each moment how likely an expression is under way; onset and offset are where
that passes a threshold. It has learnt on rendered faces, so what it says of a face that does not
look like itself, or that moves as the units it names would not move it, does not count.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.spotter import Chances, chances
from stages.evidence.spotter.network import KINDS, UNITS
from stages.evidence.spotter.signals import signals
from stages.evidence.spotting.likeness import is_expression
from stages.evidence.spotting.spotted import MICRO_S, Spotted, span

LEAST = 0.5  # of the chance of an expression, at its highest; one for both kinds, so ranks compare
UNDER_WAY = {"micro": 0.5, "macro": 0.3}
"""The chance at its ends. What lasts fades slowly."""
NAMED = 0.4  # mean chance from which a unit is named
LONGEST_S = 4.0
MOST_KEPT = 0.9  # of the way to the apex, at the offset: who does not come back shows no expression
_ROUNDING_S = 1e-4

Array = NDArray[np.float64]


def spot_expressions(movement: Movement, speaking: NDArray[np.bool_]) -> list[Spotted]:
    """The micro- and macro-expressions of a face, in order of onset.

    What goes on beyond the ends of its patches is none, for it has no beginning or no end.
    """
    told = chances(signals(movement, speaking))
    found = [
        one
        for index in range(len(KINDS))
        for one in _of_kind(index, told, movement, speaking)
        if is_expression(movement, one)
    ]
    return sorted(found, key=lambda one: (one.onset, one.apex))


def _of_kind(
    index: int, told: Chances, movement: Movement, speaking: NDArray[np.bool_]
) -> Iterator[Spotted]:
    kind, course = KINDS[index], told.expression[:, index]
    for first, last in _runs(course >= UNDER_WAY[kind]):
        during = course[first : last + 1]
        onset = int(np.searchsorted(movement.times_s, told.times_s[first] - _ROUNDING_S)) - 1
        offset = int(np.searchsorted(movement.times_s, told.times_s[last] + _ROUNDING_S))
        units = during @ told.units[first : last + 1, index] / during.sum()
        named = tuple(unit for unit, chance in zip(UNITS, units, strict=True) if chance >= NAMED)
        inside = onset >= 0 and offset < len(movement.times_s) and offset - onset > 1
        if not (named and inside and during.max() >= LEAST):
            continue
        apex, kept = _apex(movement.flat, onset, offset)
        if kept > MOST_KEPT:
            continue
        spoken = bool(speaking[apex])
        chance = float(during.max())
        one = Spotted(kind, onset, apex, offset, chance, LEAST, spoken, units=named)
        lasts_s = span(movement.times_s, one)
        if lasts_s <= MICRO_S if kind == "micro" else MICRO_S < lasts_s <= LONGEST_S:
            yield one


def _runs(there: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of what is there."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    for first, after in edges.reshape(-1, 2).tolist():
        yield first, after - 1


def _apex(flat: Array, onset: int, offset: int) -> tuple[int, float]:
    """Where a face [n, 2 P] has gone furthest the way that it mostly goes between two ends.

    Returns:
        the apex, and what share of the way there it has kept at the second end.
    """
    away = flat[onset : offset + 1] - flat[onset]
    course = away @ (away[1:-1].mean(axis=0) - away[-1] / 2)
    apex = 1 + int(np.argmax(course[1:-1]))
    return onset + apex, float(course[-1]) / max(float(course[apex]), 1e-9)
