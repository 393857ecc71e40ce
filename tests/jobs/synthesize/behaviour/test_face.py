from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from jobs.synthesize.behaviour.action_units import FACE_UNITS
from jobs.synthesize.behaviour.face import face_units
from jobs.synthesize.plan import Movement, Person

ANN = Person("Ann", 0, 0.2, 0.3)
TIMES_S = np.arange(75) / 25
Curve = npt.NDArray[np.float32]


def _none() -> Curve:
    return np.zeros(75, np.float32)


@dataclass
class Mouth:
    opening: Curve = field(default_factory=_none)
    rounding: Curve = field(default_factory=_none)
    spreading: Curve = field(default_factory=_none)
    pressing: Curve = field(default_factory=_none)


def _at(units: Curve, frame: int) -> dict[str, float]:
    """The units that are not at rest in a frame."""
    return {
        name: round(float(units[frame, index]), 4)
        for index, name in enumerate(FACE_UNITS)
        if units[frame, index] > 1e-6
    }


SMIRK = Movement("Ann", "macro", 0, "contempt.smirk", (12, 14), "left", 0.4, 1.0, 2.0, 0.8)
BLINK = Movement("Ann", "blink", None, None, (45,), "both", 0.92, 1.0, 1.16, 1.0)
STARE = Movement("Ann", "macro", 0, "surprise.eyes", (1, 2, 5), "both", 0.4, 1.0, 2.0, 1.0)


def test_a_face_at_rest_moves_nothing() -> None:
    units = face_units([], ANN, TIMES_S, Mouth())
    assert units.shape == (75, 52)
    assert units.dtype == np.float32
    assert not units.any()


def test_an_expression_moves_its_units_on_its_side_at_their_relative_strength() -> None:
    units = face_units([SMIRK], ANN, TIMES_S, Mouth())
    assert _at(units, 25) == pytest.approx({"mouthDimpleLeft": 0.8, "mouthSmileLeft": 0.4})
    assert _at(units, 10) == {}
    assert _at(units, 50) == {}


def test_others_do_not_move_the_face() -> None:
    assert not face_units([SMIRK], Person("Ben", 1, 0.8, 0.5), TIMES_S, Mouth()).any()


def test_a_lid_is_not_raised_while_it_is_shut() -> None:
    shut = _at(face_units([STARE, BLINK], ANN, TIMES_S, Mouth()), 25)
    assert shut["eyeBlinkLeft"] == shut["eyeBlinkRight"] == 1
    assert "eyeWideLeft" not in shut
    assert shut["browInnerUp"] == 1


def test_speech_adds_to_an_expression() -> None:
    mouth = Mouth(opening=np.full(75, 0.6, np.float32), spreading=np.full(75, 1, np.float32))
    units = face_units([SMIRK], ANN, TIMES_S, mouth)
    assert _at(units, 25) == pytest.approx(
        {
            "jawOpen": 0.3,
            "mouthDimpleLeft": 0.8,
            "mouthLowerDownLeft": 0.12,
            "mouthLowerDownRight": 0.12,
            "mouthSmileLeft": 0.4,
            "mouthStretchLeft": 0.35,
            "mouthStretchRight": 0.35,
        }
    )


def test_pressed_lips_close_over_an_open_jaw_and_no_further() -> None:
    mouth = Mouth(opening=np.full(75, 0.4, np.float32), pressing=np.full(75, 1, np.float32))
    found = _at(face_units([], ANN, TIMES_S, mouth), 0)
    assert found["mouthClose"] == found["jawOpen"] == pytest.approx(0.2)


def test_no_unit_goes_beyond_its_range() -> None:
    loud = Mouth(*(np.ones(75, np.float32) for _ in range(4)))
    movements = [STARE, SMIRK, SMIRK, BLINK]
    units = face_units(movements, ANN, TIMES_S, loud)
    assert units.min() >= 0
    assert units.max() <= 1


def test_looks_and_speech_are_not_in_the_units() -> None:
    look = Movement("Ann", "gaze", None, None, (61,), "both", 0.4, 0.5, 1.0, 1.0)
    speech = Movement("Ann", "speech", None, None, (25, 26), "both", 0.4, 0.5, 1.0, 1.0)
    assert not face_units([look, speech], ANN, TIMES_S, Mouth()).any()
