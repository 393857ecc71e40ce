"""What a row says of an event."""

import pytest

from stages.evidence.description import describe
from stages.evidence.spotting.spotted import Spotted
from tests.stages.evidence.movements import course, moving, signature, still

COUNT = 60
MOVEMENT = moving(still(COUNT), signature(au4=0.4), course(COUNT, 20, 24, 29))


def test_an_expression_has_units_words_times_and_an_intensity():
    told = describe(MOVEMENT, 2, Spotted("micro", 20, 24, 29, 0.99, 0.9, True, units=(4,)))
    assert (told["track_id"], told["kind"], told["while_speaking"]) == (2, "micro", True)
    assert (told["action_units"], told["movement"]) == ([4], "brows lowered")
    assert (told["onset_s"], told["apex_s"], told["offset_s"]) == (0.8, 0.96, 1.16)
    assert told["intensity"] == pytest.approx(0.4, abs=0.1)
    assert 0.5 < told["confidence"] < 1


def test_a_blink_and_speech_have_no_intensity():
    blink = describe(MOVEMENT, 0, Spotted("blink", 20, 24, 29, 15.0, 6.0, False, "eyes"))
    assert (blink["action_units"], blink["movement"], blink["intensity"]) == ([45], "blink", None)
    speech = describe(MOVEMENT, 0, Spotted("speech", 20, 24, 29, 0.8, 1.0, True, "lips"))
    assert (speech["action_units"], speech["movement"], speech["intensity"]) == (
        [],
        "speaking",
        None,
    )
    assert speech["confidence"] == 0.8


def test_values_are_plain_numbers():
    told = describe(MOVEMENT, 2, Spotted("macro", 20, 24, 29, 0.9, 0.7, False, units=(4,)))
    kinds = {
        type(told[name]) for name in ("onset_s", "apex_s", "offset_s", "intensity", "confidence")
    }
    assert kinds == {float}
    assert {type(unit) for unit in told["action_units"]} <= {int}
