"""How sure an event is."""

import math

from stages.evidence.spotting.spotted import Kind, Spotted

# Logistic on the logarithm of the rank: offset and slope. Speech is as sure as its speaker.
_FITTED: dict[Kind, tuple[float, float]] = {
    "micro": (-0.5, 5.5),
    "macro": (-0.45, 4.3),
    "blink": (1.9, 4.4),
}


def confidence(one: Spotted) -> float:
    """The chance that an event is one, 0..1, from what its evidence is beside its threshold.

    Fitted on rendered faces: on film, it orders events and is no chance.
    """
    offset, slope = _FITTED[one.kind]
    return 1 / (1 + math.exp(-(offset + slope * math.log(max(one.rank, 1.0)))))
