"""Whether a movement is one that a face can make: whether the units named would move it so."""

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import named
from stages.evidence.spotting.apexes import moved_on_average, parts_of
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
    if _strangeness(movement, one) > STRANGE:
        return False
    return parts_of(one).explained(moved_on_average(movement, one)) >= LEAST[one.kind]


def _strangeness(movement: Movement, one: Spotted) -> float:
    """How little the firm parts of a face look like themselves at rest: shares of its contrast."""
    during = movement.misfits[one.onset : one.offset + 1, _FIRM]
    return float(during.mean()) / max(movement.contrast, 1e-6)
