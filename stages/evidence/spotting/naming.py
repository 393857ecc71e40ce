"""Which action units an event is, where that is sure, and how it is said in words.

The movement from the ends of an event to its apex is laid out on all action units at once. A unit
is named when the movement cannot be explained without it: when leaving it out loses a tenth of what
is explained. Where the units together explain little, none is named and the region alone is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import REGIONS, Region, of_region
from stages.evidence.spotting.decomposition import Decomposition

Array = NDArray[np.float64]

NEEDED = 0.1  # of what is explained: a unit that loses less when left out is not named
LEAST = 9.0  # squared standard deviations that it has to lose besides
EXPLAINED = 0.35  # of the movement: where the units explain less, none is named

_WORDS: dict[frozenset[int], tuple[Region, str]] = {
    frozenset({1, 2, 4}): ("brows", "brows raised and drawn together"),
    frozenset({1, 2}): ("brows", "brows raised"),
    frozenset({1, 4}): ("brows", "inner brows raised and drawn together"),
    frozenset({1}): ("brows", "inner brows raised"),
    frozenset({2}): ("brows", "outer brows raised"),
    frozenset({4}): ("brows", "brows lowered"),
    frozenset({9}): ("nose", "nose wrinkled"),
    frozenset({6}): ("cheeks", "cheeks raised"),
    frozenset({12}): ("mouth_corners", "lip corners pulled up"),
    frozenset({14}): ("mouth_corners", "lip corners tightened"),
    frozenset({15}): ("mouth_corners", "lip corners pulled down"),
    frozenset({10}): ("lips", "upper lip raised"),
    frozenset({17}): ("chin", "chin raised"),
    frozenset({20}): ("lips", "lips stretched"),
    frozenset({24}): ("lips", "lips pressed together"),
    frozenset({26}): ("chin", "jaw dropped"),
}
_REGION_WORDS: dict[Region, str] = {
    "brows": "the brows",
    "eyes": "the eyes",
    "nose": "the nose",
    "cheeks": "the cheeks",
    "mouth_corners": "the mouth corners",
    "lips": "the lips",
    "chin": "the chin",
}
_SIDES = {"L": " on the right side", "R": " on the left side"}  # of the picture, and the person's
_ONE_SIDED = 0.7  # of the strengths of both halves


@dataclass(frozen=True)
class Named:
    """What moved.

    Attributes:
        units: numbers of FACS, ascending; empty where unsure.
        region: where.
        words: the same in prose, "left" and "right" being the person's own.
        intensity: of the strongest unit, 0..1 of the largest movement it can make.
    """

    units: tuple[int, ...]
    region: Region
    words: str
    intensity: float


@cache
def number(unit: str) -> int:
    """The number of FACS of a unit of `stages.evidence.norms`."""
    found = re.match(r"\d+", unit)
    if found is None:
        raise ValueError(f"{unit} is no action unit")
    return int(found[0])


def name(movement: Array, parts: Decomposition) -> Named:
    """Name a movement [2 P], pixels of the patch, from the ends of an event to its apex.

    Args:
        movement: the movement.
        parts: of the whole face, in the setting of the event.
    """
    from scipy.optimize import nnls

    shifts, seen = parts.whitened(movement)
    strengths, left = nnls(shifts, seen)
    whole = float(seen @ seen)
    explained = whole - left**2
    numbers = np.array([number(unit) for unit in parts.units])
    needed = max(LEAST, NEEDED * explained)
    units = tuple(
        unit
        for unit in sorted(set(numbers[strengths > 0].tolist()))
        if nnls(shifts[:, numbers != unit], seen)[1] ** 2 - left**2 >= needed
    )
    intensity = min(1.0, float(strengths.max(initial=0.0)))
    if not units or explained < EXPLAINED * whole:
        region = _most_moved(movement, parts)
        return Named((), region, f"movement of {_REGION_WORDS[region]}", intensity)
    told = list(_told(units))
    strongest = max(
        (strength, unit) for strength, unit in zip(strengths, numbers, strict=True) if unit in units
    )[1]
    region = next(words[0] for some, words in told if strongest in some)
    words = " and ".join(words[1] + _side(some, parts.units, strengths) for some, words in told)
    return Named(units, region, words, intensity)


def _told(units: tuple[int, ...]) -> Iterable[tuple[frozenset[int], tuple[Region, str]]]:
    """The words that together cover the units, the longest combinations first."""
    left = set(units)
    for some, words in sorted(_WORDS.items(), key=lambda item: -len(item[0])):
        if some <= left:
            left -= some
            yield some, words


def _side(units: frozenset[int], names: tuple[str, ...], strengths: Array) -> str:
    halves = dict.fromkeys(_SIDES, 0.0)
    both = 0.0
    for unit, strength in zip(names, strengths, strict=True):
        if number(unit) not in units:
            continue
        if unit[-1] in halves:
            halves[unit[-1]] += float(strength)
        else:
            both += float(strength)
    whole = both + sum(halves.values())
    one = max(halves, key=lambda half: halves[half])
    return _SIDES[one] if whole > 0 and halves[one] > _ONE_SIDED * whole + both else ""


def _most_moved(movement: Array, parts: Decomposition) -> Region:
    """The region whose points stand out most from what they do anyway."""
    apart = movement.reshape(-1, 2) ** 2 / parts.variances.reshape(-1, 2)
    return max(REGIONS, key=lambda region: float(apart[of_region(region)].mean()))
