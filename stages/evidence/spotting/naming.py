"""How an expression is said in words: its action units in prose, and the side that moves."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import Region
from stages.evidence.spotting.decomposition import Decomposition, number

Array = NDArray[np.float64]

_WORDS: dict[frozenset[int], tuple[Region, str]] = {
    frozenset({1, 2, 4}): ("brows", "brows raised and drawn together"),
    frozenset({1, 2}): ("brows", "brows raised"),
    frozenset({1, 4}): ("brows", "inner brows raised and drawn together"),
    frozenset({1}): ("brows", "inner brows raised"),
    frozenset({2}): ("brows", "outer brows raised"),
    frozenset({4}): ("brows", "brows lowered"),
    frozenset({5}): ("eyes", "eyes widened"),
    frozenset({6}): ("cheeks", "cheeks raised"),
    frozenset({7}): ("eyes", "lids tightened"),
    frozenset({9}): ("nose", "nose wrinkled"),
    frozenset({10}): ("lips", "upper lip raised"),
    frozenset({12}): ("mouth_corners", "lip corners pulled up"),
    frozenset({14}): ("mouth_corners", "lip corners tightened"),
    frozenset({15}): ("mouth_corners", "lip corners pulled down"),
    frozenset({16}): ("lips", "lower lip pulled down"),
    frozenset({17}): ("chin", "chin raised"),
    frozenset({20}): ("lips", "lips stretched"),
    frozenset({23}): ("lips", "lips tightened"),
    frozenset({24}): ("lips", "lips pressed together"),
    frozenset({25}): ("lips", "lips parted"),
    frozenset({26}): ("chin", "jaw dropped"),
}
_SIDES = {"L": " on the right side", "R": " on the left side"}  # of the picture, and the person's
_ONE_SIDED = 0.7  # of the strengths of both halves


@dataclass(frozen=True)
class Named:
    """What moved.

    Attributes:
        units: numbers of FACS, ascending.
        region: where it stands out most from what a face does anyway.
        words: the same in prose, "left" and "right" being the person's own.
        intensity: of the strongest unit, 0..1 of the largest movement it can make.
    """

    units: tuple[int, ...]
    region: Region
    words: str
    intensity: float


def name(units: tuple[int, ...], movement: Array, parts: Decomposition) -> Named:
    """Name an expression of some units, at least one.

    Args:
        units: numbers of FACS.
        movement: [2 P], pixels of the patch, from the ends of the expression to its apex.
        parts: of these units, in the setting of the expression.
    """
    (strengths,) = parts.strengths(movement[None])
    told = list(_told(units))
    moved = strengths * parts.sizes
    region = max(told, key=lambda item: _share(item[0], parts.units, moved))[1][0]
    words = ", ".join(words[1] + _side(some, parts.units, strengths) for some, words in told)
    intensity = min(1.0, float(strengths.max(initial=0.0)))
    return Named(units, region, words, intensity)


def _told(units: tuple[int, ...]) -> Iterable[tuple[frozenset[int], tuple[Region, str]]]:
    """The words that together cover the units, the longest combinations first."""
    left = set(units)
    for some, words in sorted(_WORDS.items(), key=lambda item: -len(item[0])):
        if some <= left:
            left -= some
            yield some, words


def _share(units: frozenset[int], names: tuple[str, ...], moved: Array) -> float:
    return float(
        sum(value for unit, value in zip(names, moved, strict=True) if number(unit) in units)
    )


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
