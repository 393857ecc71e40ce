from typing import Any

import numpy as np

from stages.listening.sound import RATE
from stages.transcribe.prosody.hearing import Hearing
from stages.transcribe.prosody.voices import MOST_AT_ONCE, give_voices
from tests.stages.transcribe.making import speech_at

SPANS = [(0.5, 2.0), (3.0, 5.0), (6.0, 8.0)]


def hearing_of(sound: np.ndarray) -> Hearing:
    hearing = Hearing()
    list(hearing.over([sound]))
    return hearing


def utterances(*spans: tuple[float, float]) -> list[dict[str, Any]]:
    return [{"start_s": start_s, "end_s": end_s, "speaker": None} for start_s, end_s in spans]


def test_the_louder_of_several_is_said_to_be_louder() -> None:
    sound = speech_at(SPANS, 9.0)
    sound[6 * RATE : 8 * RATE] *= 2.5
    said = utterances(*SPANS)
    assert give_voices(said, hearing_of(sound)) == []
    assert [one["voice"]["words"] for one in said[:2]] == ["as usual in the video"] * 2
    assert said[2]["voice"]["words"] == "louder than usual in the video"
    assert abs(said[2]["voice"]["pitch_hz"] / 120 - 1) < 0.03
    assert 3 < said[2]["voice"]["pace"] < 5  # four syllables a second


def test_an_utterance_beyond_the_sound_has_no_voice_and_is_named() -> None:
    said = utterances(*SPANS)
    [warning] = give_voices(said, hearing_of(speech_at(SPANS[:2], 5.5)))
    assert said[2]["voice"] is None
    assert said[1]["voice"] is not None
    assert "1 of its 3 utterances" in warning
    assert "6.00 s" in warning


def test_a_transcript_that_covers_the_video_many_times_over_is_not_measured() -> None:
    said = utterances(*[(0.0, 9.0)] * (MOST_AT_ONCE + 1))
    [warning] = give_voices(said, hearing_of(speech_at(SPANS, 9.0)))
    assert {one["voice"] for one in said} == {None}
    assert "9 times over" in warning


def test_where_nobody_speaks_nothing_is_heard() -> None:
    said = utterances((0.0, 1.0))
    assert give_voices(said, hearing_of(np.zeros(RATE, np.float32))) == []
    assert said[0]["voice"]["loudness_db"] is None
    assert said[0]["voice"]["words"] == "nothing is heard"
