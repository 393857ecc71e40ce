"""Everything that is spotted on a face, each thing once."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.blinks import spot_blinks
from stages.evidence.spotting.brief import against_now, spot_brief
from stages.evidence.spotting.decomposition import Half
from stages.evidence.spotting.lasting import against_rest, spot_lasting
from stages.evidence.spotting.likeness import is_expression
from stages.evidence.spotting.readings import Reading
from stages.evidence.spotting.spotted import Spotted, shared, strongest

BLINK_CAUTION = 2.5  # times the evidence it takes beside a blink, which moves brows and cheeks
MOST_SHARED = 0.3  # of two expressions of one kind
COVERED = 0.5  # of a brief expression by a lasting one: one of them is the other

HALVES: tuple[Half, ...] = ("upper", "lower")


@dataclass(frozen=True)
class Sighting:
    """What was seen of a face.

    Attributes:
        spotted: expressions and blinks, in order of onset.
        long: the halves of the face read against rest.
    """

    spotted: list[Spotted]
    long: dict[Half, Reading]


def spot(movement: Movement, speaking: NDArray[np.bool_]) -> Sighting:
    """Spot the expressions and blinks of a face.

    Args:
        movement: of the face.
        speaking: [n], whether it was, or may have been, speaking at each time.
    """
    flat = movement.flat
    blinks = spot_blinks(movement, speaking)
    long = {half: against_rest(half, flat, speaking) for half in HALVES}
    short = {half: against_now(half, movement, speaking) for half in HALVES}
    lasting = [
        one
        for half in HALVES
        for one in spot_lasting(movement, long[half], short[half], blinks)
        if is_expression(movement, one)
    ]
    brief = [
        judged
        for half in HALVES
        for one in spot_brief(movement, short[half])
        if not _is_blink(one, blinks) and is_expression(movement, one)
        if (judged := _beside(one, blinks)).rank >= 1
    ]
    expressions = _parted(strongest(lasting, MOST_SHARED), strongest(brief, MOST_SHARED))
    ordered = sorted([*blinks, *expressions], key=lambda one: (one.onset, one.apex, one.kind))
    return Sighting(ordered, long)


def _is_blink(brief: Spotted, blinks: list[Spotted]) -> bool:
    """Whether a brief expression is what a blink does to brows and cheeks."""
    return any(shared(brief, blink) > COVERED for blink in blinks)


def _beside(brief: Spotted, blinks: list[Spotted]) -> Spotted:
    """A brief expression, judged more strictly where it meets a blink."""
    if not any(shared(brief, blink) > 0 for blink in blinks):
        return brief
    return replace(brief, threshold=brief.threshold * BLINK_CAUTION)


def _parted(lasting: list[Spotted], brief: list[Spotted]) -> list[Spotted]:
    """Of a brief expression and a lasting one at the same time, the one of higher rank."""
    kept = [
        one
        for one in brief
        if all(shared(one, other) <= COVERED or one.rank > other.rank for other in lasting)
    ]
    return kept + [one for one in lasting if all(shared(one, other) <= COVERED for other in kept)]
