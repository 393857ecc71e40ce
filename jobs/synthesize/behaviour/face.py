"""What the movements of a person come to in each frame: the units of the face mesh."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from jobs.synthesize.behaviour.action_units import FACE_UNITS, moved_by
from jobs.synthesize.behaviour.curves import strength
from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.plan import Movement, Person

_Curve = npt.NDArray[np.float32]
_AT = {name: index for index, name in enumerate(FACE_UNITS)}
_OPENING = {"jawOpen": 0.5, "mouthLowerDownLeft": 0.2, "mouthLowerDownRight": 0.2}
_ROUNDING = {"mouthFunnel": 0.5, "mouthPucker": 0.5}
_SPREADING = {"mouthStretchLeft": 0.35, "mouthStretchRight": 0.35}
_PRESSING = {"mouthPressLeft": 0.5, "mouthPressRight": 0.5}


class Lips(Protocol):
    """What lips and jaw do for speech: each float32 [n], 0..1."""

    @property
    def opening(self) -> _Curve:
        """How far the mouth is open."""

    @property
    def rounding(self) -> _Curve:
        """How round the lips are."""

    @property
    def spreading(self) -> _Curve:
        """How wide the lips are drawn."""

    @property
    def pressing(self) -> _Curve:
        """How tightly the lips are closed."""


def face_units(
    movements: Iterable[Movement], person: Person, times_s: npt.NDArray[np.float64], mouth: Lips
) -> _Curve:
    """The units of `person`'s face at each of `times_s` (seconds of the clip, [n]).

    Returns:
        float32 [n, 52], 0..1, in the order of `FACE_UNITS`. Expressions, blinks and speech add up.
        Where the eyes look is `gaze`.
    """
    units = np.zeros((len(times_s), len(FACE_UNITS)), np.float32)
    for movement in movements:
        if movement.person == person.name:
            _add_movement(units, movement, times_s)
    for curve, moved in (
        (mouth.opening, _OPENING),
        (mouth.rounding, _ROUNDING),
        (mouth.spreading, _SPREADING),
        (mouth.pressing, _PRESSING),
    ):
        for name, share in moved.items():
            units[:, _AT[name]] += share * curve
    # mouthClose brings the lips together over an open jaw, so it must not exceed jawOpen.
    units[:, _AT["mouthClose"]] += mouth.pressing * np.clip(units[:, _AT["jawOpen"]], 0, 1)
    for half in ("Left", "Right"):  # a lid cannot be raised and shut at once
        units[:, _AT[f"eyeWide{half}"]] *= np.clip(1 - units[:, _AT[f"eyeBlink{half}"]], 0, 1)
    return np.clip(units, 0, 1)


def _add_movement(units: _Curve, movement: Movement, times_s: npt.NDArray[np.float64]) -> None:
    curve = strength(movement, times_s)
    for number, relative in _relative_strengths(movement).items():
        for name, share in moved_by(number, movement.side).items():
            units[:, _AT[name]] += relative * share * curve


def _relative_strengths(movement: Movement) -> dict[int, float]:
    """How strongly each action unit moves the mesh; gaze turns the eyes and speech is `Lips`."""
    if movement.pattern is not None:
        return patterns()[movement.pattern].units
    return dict.fromkeys(movement.action_units, 1.0) if movement.kind == "blink" else {}
