"""JSON of other recognisers, read as Whisper's is."""

import json
from typing import Any

import pytest

from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.whisper_json import read_whisper_json


def read(content: Any) -> list[tuple[float, float | None, str | None, str]]:
    cues = read_whisper_json(json.dumps(content)).cues
    return [(cue.start_s, cue.end_s, cue.speaker, cue.text) for cue in cues]


WHISPER_CPP = {
    "systeminfo": "AVX = 1",
    "model": {"type": "base"},
    "params": {"language": "auto"},
    "result": {"language": "en"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,320", "to": "00:00:02,000"},
            "offsets": {"from": 320, "to": 2000},
            "text": " So we go.",
            "tokens": [
                {"text": "[_BEG_]", "p": 0.1},
                {"text": " So", "p": 0.8},
                {"text": " we", "p": 0.6},
            ],
        },
        {
            "timestamps": {"from": "00:00:02,500", "to": "00:00:03,250"},
            "text": " [BLANK] Yes",
            "speaker": "1",
        },
    ],
}


def test_whisper_cpp() -> None:
    transcript = read_whisper_json(json.dumps(WHISPER_CPP))
    assert read(WHISPER_CPP) == [(0.32, 2, None, "So we go."), (2.5, 3.25, "1", "[BLANK] Yes")]
    assert transcript.language == "en"
    assert transcript.cues[0].confidence == pytest.approx(0.7)


def test_a_line_of_whisper_cpp_that_cannot_be_read_is_named() -> None:
    lines = [*WHISPER_CPP["transcription"], {"text": "x"}, 3, {"offsets": {"from": "a", "to": 1}}]
    transcript = read_whisper_json(json.dumps({"transcription": lines}))
    assert len(transcript.cues) == 2
    assert [flaw.place for flaw in transcript.flaws] == ["segment 2", "segment 3", "segment 4"]


def test_the_pipeline_of_hugging_face() -> None:
    content = {
        "text": " Hi. So it is. Bye.",
        "chunks": [
            {"timestamp": [0.0, 1.5], "text": " Hi there."},
            {"timestamp": [1.5, None], "text": " So it is."},
            {"timestamp": [4.0, None], "text": " Bye now."},
        ],
    }
    assert read(content) == [
        (0, 1.5, None, "Hi there."),
        (1.5, 4, None, "So it is."),
        (4, None, None, "Bye now."),
    ]


def test_a_chunk_without_a_start_goes_on_from_the_one_before() -> None:
    chunks = [
        {"timestamp": [None, 1.0], "text": "a b"},
        {"timestamp": [None, 2.0], "text": "c d"},
    ]
    assert read({"chunks": chunks}) == [(0, 1, None, "a b"), (1, 2, None, "c d")]


def test_chunks_of_single_words_are_put_together() -> None:
    words = [
        (0, 0.3, " So"),
        (0.3, 0.5, " we"),
        (0.5, 1, " go."),
        (1.1, 1.4, " Now"),
        (3, 3.4, " or"),
    ]
    chunks = [{"timestamp": [start, end], "text": text} for start, end, text in words]
    assert read({"text": "", "chunks": chunks}) == [
        (0, 1, None, "So we go."),
        (1.1, 1.4, None, "Now"),
        (3, 3.4, None, "or"),
    ]


def test_a_chunk_that_cannot_be_read_is_named() -> None:
    chunks = [{"timestamp": [0, 1], "text": "a b"}, {"timestamp": 3, "text": "x y"}, "z"]
    transcript = read_whisper_json(json.dumps({"chunks": chunks}))
    assert [cue.text for cue in transcript.cues] == ["a b"]
    assert [flaw.place for flaw in transcript.flaws] == ["segment 1", "segment 2"]


@pytest.mark.parametrize(
    "content",
    [
        {"text": " All of it."},
        {"text": " All of it.", "language": "english", "segments": []},
        {"text": "All of it.", "usage": {"type": "tokens"}},
    ],
)
def test_a_text_without_times_is_said_over_the_whole_video(content: Any) -> None:
    assert read(content) == [(0, None, None, "All of it.")]


@pytest.mark.parametrize("content", [{"text": "a post", "user": "x"}, {"text": ""}, {"chunks": []}])
def test_some_other_json_is_refused(content: Any) -> None:
    with pytest.raises(NotATranscript):
        read(content)
