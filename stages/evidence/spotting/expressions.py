"""Expressions: what the network takes for one, where the face can be believed.

The network says for each moment how likely an expression is under way; onset and offset are where
that passes a threshold. It has learnt on rendered faces, so what it says of a face that does not
look like itself, or that moves as the units it names would not move it, does not count.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.spotter import Chances, chances
from stages.evidence.spotter.network import KINDS, UNITS
from stages.evidence.spotter.signals import RATE, signals
from stages.evidence.spotting.apexes import apex_of
from stages.evidence.spotting.decomposition import names_of
from stages.evidence.spotting.likeness import is_expression
from stages.evidence.spotting.spotted import MICRO_S, Spotted, span

LEAST = 0.9  # of the chance of an expression, at its highest; one for both kinds, so ranks compare
UNDER_WAY = 0.4  # the chance at its ends
GAP_S = {"micro": 0.1, "macro": 0.2}  # for which it may be lower: speech hides a face for moments
NAMED = 0.4  # mean chance from which a unit is named
NAMED_ALONE = 0.25  # the likeliest one, where none comes to that
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
    for first, last in _runs(course >= UNDER_WAY, round(GAP_S[kind] * RATE)):
        during = course[first : last + 1]
        units = _named(during @ told.units[first : last + 1, index] / during.sum())
        onset, offset = _ends(movement.times_s, told.times_s[first], told.times_s[last])
        inside = onset >= 0 and offset < len(movement.times_s)
        if not (names_of(units) and inside and during.max() >= LEAST):
            continue
        spoken = bool(speaking[(onset + offset) // 2])
        chance = float(during.max())
        one = Spotted(kind, onset, onset + 1, offset, chance, LEAST, spoken, units=units)
        lasts_s = span(movement.times_s, one)
        if lasts_s <= MICRO_S if kind == "micro" else MICRO_S < lasts_s <= LONGEST_S:
            apex, kept = apex_of(movement, one)
            if kept <= MOST_KEPT:
                yield replace(one, apex=apex, while_speaking=bool(speaking[apex]))


def _runs(there: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """The first and the last of each run of what is there, over gaps of at most so many."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    runs: list[tuple[int, int]] = []
    for first, after in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] <= gap + 1:
            runs[-1] = (runs[-1][0], after - 1)
        else:
            runs.append((first, after - 1))
    return runs


def _named(chances: Array) -> tuple[int, ...]:
    """The units of which the chances [U] are high, or the likeliest one."""
    least = min(NAMED, max(NAMED_ALONE, float(chances.max())))
    return tuple(unit for unit, chance in zip(UNITS, chances, strict=True) if chance >= least)


def _ends(times_s: NDArray[np.float64], first_s: float, last_s: float) -> tuple[int, int]:
    """The patches before and behind what lasts from one time to another, one or more apart.

    They may be beyond the ends: -1, or as many as there are patches.
    """
    before = int(np.searchsorted(times_s, first_s - _ROUNDING_S)) - 1
    behind = int(np.searchsorted(times_s, last_s + _ROUNDING_S))
    if behind - before > 1:
        return before, behind
    nearest = int(np.abs(times_s - (first_s + last_s) / 2).argmin())
    return nearest - 1, nearest + 1
