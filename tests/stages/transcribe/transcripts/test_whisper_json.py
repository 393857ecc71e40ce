import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.whisper_json import read_whisper_json


def read(content: Any) -> list[tuple[float, float | None, str | None, str]]:
    cues = read_whisper_json(json.dumps(content)).cues
    return [(cue.start_s, cue.end_s, cue.speaker, cue.text) for cue in cues]


def test_openai_whisper() -> None:
    transcript = read_whisper_json(
        json.dumps(
            {
                "text": " Hello there.",
                "language": "en",
                "segments": [
                    {
                        "id": 0,
                        "start": 0.0,
                        "end": 1.5,
                        "text": " Hello there.",
                        "avg_logprob": -0.2,
                    }
                ],
            }
        )
    )
    (cue,) = transcript.cues
    assert (cue.start_s, cue.end_s, cue.text) == (0, 1.5, "Hello there.")
    assert cue.confidence == pytest.approx(math.exp(-0.2))
    assert transcript.language == "en"


def test_whisperx_with_speakers_and_a_segment_it_could_not_align() -> None:
    content = {
        "segments": [
            {"start": 1.0, "end": 2.0, "text": " Yes.", "speaker": "SPEAKER_01"},
            {
                "text": "No way.",
                "words": [
                    {"word": "No", "start": 3.0, "end": 3.2, "score": 0.8},
                    {"word": "5"},
                    {"word": "way.", "start": 3.3, "end": 3.9, "score": 0.6},
                ],
            },
        ],
        "word_segments": [],
        "language": "en",
    }
    assert read(content) == [(1, 2, "SPEAKER_01", "Yes."), (3, 3.9, None, "No way.")]
    assert read_whisper_json(json.dumps(content)).cues[1].confidence == pytest.approx(0.7)


def test_faster_whisper_segments_as_a_bare_list() -> None:
    assert read([{"start": 0, "end": 2.5, "text": " ok", "words": None}]) == [(0, 2.5, None, "ok")]


def test_a_bad_segment_is_named_and_the_rest_is_used() -> None:
    transcript = read_whisper_json(
        '{"segments": [{"start": NaN, "end": 1, "text": "a"}, {"start": 1, "end": 2, "text": "b"},'
        '"c", {"start": null, "end": 3, "text": "d"}, {"start": true, "end": 3, "text": "e"},'
        '{"start": 1, "end": 1%s, "text": "g"},'
        % ("0" * 400)
        + '{"start": "0:04", "end": "0:05.5", "text": "f"}]}'
    )
    assert [cue.text for cue in transcript.cues] == ["b", "f"]
    assert transcript.cues[1].end_s == 5.5
    assert [flaw.place for flaw in transcript.flaws] == [f"segment {i}" for i in (0, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    "content", ["{}", "[1, 2]", "3", '{"title": "a film"}', "not json", "", '{"segments": {}}']
)
def test_what_is_not_of_whisper_is_refused(content: str) -> None:
    with pytest.raises(NotATranscript):
        read_whisper_json(content)


def test_absurdly_nested_json_is_refused() -> None:
    with pytest.raises(NotATranscript):
        read_whisper_json("[" * 100_000)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["start", "end", "text", "words", "word", "score", "avg_logprob"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(anything, max_size=4))
def test_any_segments_give_finite_cues_or_flaws(segments: list[Any]) -> None:
    try:
        transcript = read_whisper_json(json.dumps({"segments": segments}))
    except NotATranscript:
        return
    for cue in transcript.cues:
        assert math.isfinite(cue.start_s)
        assert cue.end_s is not None
        assert math.isfinite(cue.end_s)
        assert cue.confidence is None or 0 <= cue.confidence <= 1
