from itertools import product
from typing import Any

import pytest

from stages.voice_words import voice_words
from tests.voices import voiced

AS_USUAL = {
    "to": "speaker",
    "pitch_semitones": 0.0,
    "pitch_range_semitones": 0.0,
    "loudness_db": 0.0,
    "pace": 1.0,
    "pause_share": 0.0,
    "voiced_share": 0.0,
}


def words(relative: dict[str, Any] | None = None, **measures: Any) -> str:
    voice = voiced(0, 2)["voice"] | {"pace": 4.5} | measures
    return voice_words(voice | {"relative": None if relative is None else AS_USUAL | relative})


def test_what_stands_out_is_said_in_one_order() -> None:
    assert words({"loudness_db": 6.0, "pitch_semitones": 3.0}, pace=6.5) == (
        "louder and higher than usual, fast"
    )
    assert words({"loudness_db": -6.0, "pitch_range_semitones": -4.0, "pace": 0.7}) == (
        "quieter, flatter and slower than usual"
    )
    assert words({"pitch_semitones": -2.5, "to": "video"}) == "lower than usual in the video"


def test_what_hardly_differs_is_not_said() -> None:
    slightly = {"loudness_db": 2.0, "pitch_semitones": -1.5, "pace": 1.1}
    assert words(slightly) == "as usual"
    assert words({"to": "video"}) == "as usual in the video"


def test_with_nothing_to_compare_only_what_stands_out_by_itself_is_said() -> None:
    assert words() == "nothing stands out"
    assert words(pace=2.5) == "slow"
    assert words(pauses=3, pause_share=0.4) == "with many pauses"
    assert words(pitch_hz=None, pace=None) == "without a voice that can be heard"
    assert words(loudness_db=None, pauses=None) == "nothing is heard"


def test_a_pace_is_said_once() -> None:
    assert words({"pace": 1.5}, pace=7.0) == "faster than usual"


@pytest.mark.parametrize("to", ["speaker", "video"])
def test_there_are_always_words(to: str) -> None:
    for loud, pitch, pace, spoken in product(
        (None, -9.0, 9.0), (None, 9.0), (None, 0.5), (None, 0.0, 9.0)
    ):
        relative = {"to": to, "loudness_db": loud, "pitch_semitones": pitch, "pace": pace}
        assert words(relative, pace=spoken)
