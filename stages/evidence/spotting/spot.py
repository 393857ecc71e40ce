"""Everything that is spotted on a face, each thing once."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.blinks import spot_blinks
from stages.evidence.spotting.brief import spot_brief
from stages.evidence.spotting.lasting import spot_lasting
from stages.evidence.spotting.spotted import Spotted, shared

BLINK_CAUTION = 2.5  # times the evidence it takes beside a blink, which moves brows and cheeks
BETTER = 1.0
COVERED = 0.5  # of a brief movement in a lasting one: it is part of that


def spot(movement: Movement, speaking: NDArray[np.bool_]) -> list[Spotted]:
    """The expressions and blinks of a face, in order of onset.

    Args:
        movement: of the face.
        speaking: [n], whether it was, or may have been, speaking at each time.
    """
    blinks = spot_blinks(movement, speaking)
    lasting = spot_lasting(movement, speaking, blinks)
    brief = [
        cautious
        for one in spot_brief(movement, speaking)
        if (cautious := _beside(one, blinks)) is not None
    ]
    brief = [
        one
        for one in brief
        if all(shared(one, other) <= COVERED or one.rank > BETTER*other.rank for other in lasting)
    ]
    lasting = [one for one in lasting if all(shared(one, other) <= COVERED for other in brief)]
    return sorted([*blinks, *lasting, *brief], key=lambda one: (one.onset, one.apex, one.kind))


def _beside(one: Spotted, blinks: list[Spotted]) -> Spotted | None:
    """A brief movement, judged more strictly where it meets a blink; None where it fails."""
    if not any(shared(one, blink) > 0 for blink in blinks):
        return one
    stricter = replace(one, threshold=one.threshold * BLINK_CAUTION)
    return stricter if one.evidence >= stricter.threshold else None
