import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.voice_traits import relative_to, traits, usual_of
from tests.voices import voiced


def test_an_octave_is_twelve_semitones_and_pace_a_ratio() -> None:
    usual = traits(voiced(0, 4, hertz=100, level_db=-26, syllables_a_second=2)["voice"])
    relative = relative_to(
        usual, voiced(0, 4, hertz=200, level_db=-20, syllables_a_second=4)["voice"], "video"
    )
    assert relative is not None
    assert relative["to"] == "video"
    assert relative["pitch_semitones"] == pytest.approx(12)
    assert relative["loudness_db"] == pytest.approx(6, abs=0.2)
    assert relative["pace"] == pytest.approx(2, rel=0.1)


def test_what_was_not_measured_is_not_compared() -> None:
    whispered = voiced(0, 2)["voice"] | {"pitch_hz": None, "pace": None}
    relative = relative_to(traits(voiced(0, 2)["voice"]), whispered, "speaker")
    assert relative is not None
    assert relative["pitch_semitones"] is relative["pace"] is None
    assert relative["loudness_db"] == pytest.approx(0)


def test_a_voice_of_which_nothing_was_measured_has_nothing_relative() -> None:
    nothing = dict.fromkeys(voiced(0, 2)["voice"])
    assert relative_to(traits(voiced(0, 2)["voice"]), nothing, "video") is None
    assert usual_of(nothing) is None


@given(st.floats(70, 400), st.floats(-40, -5), st.floats(-40, -5))
def test_what_is_usual_can_be_told_from_how_a_voice_differs(
    hertz: float, level_db: float, usual_db: float
) -> None:
    usual = traits(voiced(0, 2, level_db=usual_db)["voice"])
    voice = voiced(0, 2, hertz=hertz, level_db=level_db)["voice"]
    voice["relative"] = relative_to(usual, voice, "speaker")
    told = usual_of(voice)
    assert told is not None
    assert told == pytest.approx(dict(usual))
