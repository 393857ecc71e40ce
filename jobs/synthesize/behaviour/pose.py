"""Where the eyes look and how the head is held. Neither tells a feeling here."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from jobs.synthesize.behaviour.curves import strength
from jobs.synthesize.plan import Movement, Person, Span

_Times = npt.NDArray[np.float64]
_Angles = npt.NDArray[np.float32]

_LOOKS = {61: (1.0, 0.0), 62: (-1.0, 0.0), 63: (0.0, 1.0), 64: (0.0, -1.0)}
_FARTHEST = np.radians((25.0, 15.0))
_SACCADE = np.radians((1.2, 0.8))  # standard deviations of where the eyes rest
_SACCADE_S = 0.05
_REST_S = (0.3, 1.2)

_SWAYS = 4  # waves that add up to the sway about each axis
_SWAY_HZ = (0.08, 0.45)
_SWAY = np.radians((2.0, 1.2, 1.0))  # yaw, pitch, roll
_NOD_EVERY_S = (0.7, 1.8)
_NOD_S = 0.45
_NOD = np.radians((1.0, 3.0))


def gaze(
    movements: Iterable[Movement], person: Person, times_s: _Times, rng: np.random.Generator
) -> _Angles:
    """Where `person` looks at each of `times_s` (seconds of the clip, ascending, [n]).

    Returns:
        float32 [n, 2]: yaw (positive to the person's left) and pitch (positive up), radians from
        straight ahead: the gaze shifts of the movements, and the small saccades of eyes at rest.
    """
    angles = _saccades(times_s, rng)
    for movement in movements:
        if movement.kind == "gaze" and movement.person == person.name:
            ways = np.sum([_LOOKS[number] for number in movement.action_units], axis=0)
            angles += strength(movement, times_s)[:, None] * (ways * _FARTHEST)
    return angles.astype(np.float32)


def head(times_s: _Times, rng: np.random.Generator, speaking: Sequence[Span]) -> _Angles:
    """How the head is held at each of `times_s` (seconds of the clip, ascending, [n]).

    Args:
        speaking: where the person speaks, in order; small nods go with speech.

    Returns:
        float32 [n, 3]: yaw (positive to the person's left), pitch (positive up) and roll (positive
        towards the person's left shoulder), radians.
    """
    hz = rng.uniform(*_SWAY_HZ, (3, _SWAYS))
    phases = rng.uniform(0, 2 * np.pi, (3, _SWAYS))
    weights = rng.dirichlet(np.ones(_SWAYS), 3)
    waves = np.sin(2 * np.pi * hz * times_s[:, None, None] + phases)
    angles: _Times = _SWAY * (weights * waves).sum(axis=2)
    for span in speaking:
        start_s = span.start_s + rng.uniform(0, _NOD_EVERY_S[0])
        while start_s + _NOD_S < span.end_s:
            share = np.clip((times_s - start_s) / _NOD_S, 0, 1)
            angles[:, 1] -= rng.uniform(*_NOD) * np.sin(np.pi * share) ** 2
            start_s += rng.uniform(*_NOD_EVERY_S)
    return angles.astype(np.float32)


def _saccades(times_s: _Times, rng: np.random.Generator) -> _Times:
    """The eyes rest somewhere near the middle, then jump: float64 [n, 2]."""
    last_s = float(times_s[-1]) if len(times_s) else 0.0
    jump_s, place = 0.0, rng.normal(0, _SACCADE)
    angles = np.tile(place, (len(times_s), 1))
    while (jump_s := jump_s + rng.uniform(*_REST_S)) < last_s:
        next_place = rng.normal(0, _SACCADE)
        done = np.clip((times_s - jump_s) / _SACCADE_S, 0, 1)
        angles += (done * done * (3 - 2 * done))[:, None] * (next_place - place)
        place = next_place
    return angles
