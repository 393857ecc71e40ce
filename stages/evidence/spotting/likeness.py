"""Whether a movement is one that a face can make: whether the units named would move it so."""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import named
from stages.evidence.norms import Setting
from stages.evidence.spotting.decomposition import Decomposition, decomposition, names_of
from stages.evidence.spotting.spotted import Spotted

LEAST = {"micro": 0.08, "macro": 0.06}
"""Shares of the movement. A head that turns, a hand, a shadow or hair move points as no muscle
does. Low, because these are in the movement of true expressions too."""


STRANGE = 0.095
"""From which a face is turned away, covered or blurred, and its points are found by chance. Of true
expressions on rendered faces, one in a hundred has more."""

_FIRM = named("nose_root", "nose_side", "nose_wing", "between_brows", "cheek")


def is_expression(movement: Movement, one: Spotted) -> bool:
    """Whether its units explain enough of an expression, on a face that is still to be known."""
    if not names_of(one.units) or _strangeness(movement, one) > STRANGE:
        return False
    return parts_of(one).explained(moved(movement, one)) >= LEAST[one.kind]


def _strangeness(movement: Movement, one: Spotted) -> float:
    """How little the firm parts of a face look like themselves at rest: shares of its contrast."""
    during = movement.misfits[one.onset : one.offset + 1, _FIRM]
    return float(during.mean()) / max(movement.contrast, 1e-6)


def parts_of(one: Spotted) -> Decomposition:
    """What an expression is laid out on: its units, in the metric of its setting."""
    setting: Setting = "speaking" if one.while_speaking else "quiet"
    return decomposition(names_of(one.units), setting, "short" if one.kind == "micro" else "long")


def moved(movement: Movement, one: Spotted) -> NDArray[np.float64]:
    """The movement [2 P] from the ends of an event to its apex, pixels of the patch."""
    onset, apex, offset = movement.flat[[one.onset, one.apex, one.offset]]
    return np.asarray(apex - (onset + offset) / 2)
