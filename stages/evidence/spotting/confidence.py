"""How sure an event is."""

import math

from stages.evidence.spotting.spotted import Kind, Spotted

# Logistic: offset and slope, on the log-odds of an expression's chance, and on the logarithm of a
# blink's rank. Speech is as sure as its speaker.
_FITTED: dict[Kind, tuple[float, float]] = {
    "micro": (-2.8, 1.0),
    "macro": (-6.3, 2.3),
    "blink": (1.9, 4.4),
}
_SUREST = 1e-4  # that a chance is short of 1


def confidence(one: Spotted) -> float:
    """The chance that an event is one, 0..1.

    Fitted on rendered faces: on film, it orders events and is no chance.
    """
    offset, slope = _FITTED[one.kind]
    return 1 / (1 + math.exp(-(offset + slope * _grade(one))))


def _grade(one: Spotted) -> float:
    if one.kind == "blink":
        return math.log(max(one.rank, 1.0))
    chance = min(one.evidence, 1 - _SUREST)
    return math.log(chance / (1 - chance))
