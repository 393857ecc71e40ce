import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.voice_measures import CURVE_HZ
from stages.voice_parts import voice_between
from stages.voice_traits import relative_to, traits
from tests.voices import voiced


def times_of(voice: dict[str, object], start_s: float) -> np.ndarray:
    return start_s + np.arange(len(voice["pitch_curve_hz"])) / CURVE_HZ  # type: ignore[arg-type]


def test_a_part_has_its_own_pitch_and_not_that_of_the_other_half() -> None:
    low, high = voiced(10, 12, hertz=100), voiced(12, 14, hertz=200)
    whole = low | {"end_s": 14.0, "voice": voice_between([low, high], 10, 14)}
    first, second = voice_between([whole], 10, 12), voice_between([whole], 12, 14)
    assert first is not None
    assert second is not None
    assert (first["pitch_hz"], second["pitch_hz"]) == (100, 200)
    assert first["pitch_curve_hz"] == low["voice"]["pitch_curve_hz"]
    assert second["loudness_curve_db"] == high["voice"]["loudness_curve_db"]


# The last half of the last sample belongs to no part.
@given(st.integers(0, 3960), st.integers(1, 4000))
def test_every_sample_of_a_part_stands_within_half_a_sample_of_its_time(
    from_ms: int, lasts_ms: int
) -> None:
    said = voiced(3, 7)
    said["voice"]["pitch_curve_hz"] = [100 + t for t in times_of(said["voice"], 3.0).tolist()]
    start_s, end_s = 3 + from_ms / 1000, min(3 + (from_ms + lasts_ms) / 1000, 7.5)
    part = voice_between([said], start_s, end_s)
    assert part is not None
    for time_s, hertz in zip(times_of(part, start_s), part["pitch_curve_hz"], strict=True):
        assert hertz is None or abs(hertz - 100 - time_s) <= 0.5 / CURVE_HZ + 0.01


def test_what_lies_between_two_joined_utterances_is_not_known_and_no_pause() -> None:
    voice = voice_between([voiced(0, 1), voiced(3, 4)], 0, 4)
    assert voice is not None
    assert len(voice["loudness_curve_db"]) == 4 * CURVE_HZ
    assert voice["loudness_curve_db"][CURVE_HZ : 3 * CURVE_HZ] == [None] * (2 * CURVE_HZ)
    assert (voice["pauses"], voice["pause_share"], voice["voiced_share"]) == (0, 0, 1)


def test_a_part_is_compared_with_what_the_whole_was_compared_with() -> None:
    usual = traits(voiced(0, 4, level_db=-30)["voice"])
    said = voiced(0, 4, level_db=-20)
    said["voice"]["relative"] = relative_to(usual, said["voice"], "speaker")
    part = voice_between([said], 1, 3)
    assert part is not None
    assert part["relative"]["to"] == "speaker"
    assert part["relative"]["loudness_db"] == pytest.approx(10, abs=0.2)
    assert part["words"].startswith("louder than usual")


def test_of_two_speakers_joined_nothing_is_relative() -> None:
    both = []
    for number, name in enumerate(("Anna", "Ben")):
        said = voiced(number, number + 1, speaker=name)
        said["voice"]["relative"] = relative_to(traits(said["voice"]), said["voice"], "speaker")
        both.append(said)
    joined = voice_between(both, 0, 2)
    assert joined is not None
    assert joined["relative"] is None


def test_without_a_voice_there_is_none_and_untouched_it_is_as_it_was() -> None:
    assert voice_between([voiced(0, 1) | {"voice": None}], 0, 1) is None
    said = voiced(0, 1)
    assert voice_between([said], 0, 1) is said["voice"]


def test_a_part_beyond_the_end_of_the_sound_has_no_voice() -> None:
    said = voiced(0, 2) | {"end_s": 6.0}  # the sound ended at 2 s
    assert voice_between([said], 0, 3) is not None
    assert voice_between([said], 3, 6) is None
