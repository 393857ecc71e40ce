"""The voice of a person, by sex and age and, within these, by who it is."""

from dataclasses import dataclass

import numpy as np

from jobs.synthesize.plan import Person

_MEN_HZ, _WOMEN_HZ = 115.0, 205.0  # usual pitch of speech
_WOMENS_FORMANTS = 1.15  # times those of men, whose vocal tract is longer


@dataclass(frozen=True)
class Voice:
    """What makes a voice that of one person.

    Attributes:
        pitch_hz: mean pitch of plain speech.
        formants: factor on a man's formants.
        roughness: how much the pitch wavers from one moment to the next, share of it.
        breath: level of the breath in the voice, share of its own.
        pace: factor on the pace of speech.
    """

    pitch_hz: float
    formants: float
    roughness: float
    breath: float
    pace: float


def voice_of(person: Person) -> Voice:
    """The voice of `person`: the same in every clip."""
    own = np.random.default_rng(person.identity).uniform(-1, 1, 4)
    pitch_hz = _MEN_HZ**person.masculinity * _WOMEN_HZ ** (1 - person.masculinity)
    return Voice(
        pitch_hz=pitch_hz * (1 + 0.1 * own[0]) * (1.05 - 0.1 * person.age),
        formants=_WOMENS_FORMANTS ** (1 - person.masculinity) * (1 + 0.04 * own[1]),
        roughness=0.008 + 0.012 * person.age,
        breath=0.03 * (1 + 0.5 * own[2]),
        pace=(1 + 0.07 * own[3]) * (1.06 - 0.12 * person.age),
    )
