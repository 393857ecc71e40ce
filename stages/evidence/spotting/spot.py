"""Everything that is spotted on a face, each thing once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.blinks import spot_blinks
from stages.evidence.spotting.decomposition import HALVES, Half
from stages.evidence.spotting.expressions import spot_expressions
from stages.evidence.spotting.readings import Reading, against_rest
from stages.evidence.spotting.spotted import Spotted, strongest

MOST_SHARED = 0.3  # of two expressions: more, and one of them is the other


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
    found = [
        *spot_blinks(movement, speaking),
        *strongest(spot_expressions(movement, speaking), MOST_SHARED),
    ]
    ordered = sorted(found, key=lambda one: (one.onset, one.apex, one.kind))
    long = {half: against_rest(half, movement.flat, speaking) for half in HALVES}
    return Sighting(ordered, long)
