"""Subtitles say who says what, and the product reads them so."""

from pathlib import Path

import pytest

from jobs.synthesize.files.subtitles import write_subtitles
from jobs.synthesize.plan import Span
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.transcripts.reading import read_transcript
from stages.transcribe.transcripts.sidecar import given
from stages.transcribe.transcripts.speakers import with_speakers
from tests.jobs.synthesize.dialogues import dialogue

SPANS = (Span(0.8125, 1.9), Span(2.6, 4.0004))


def test_a_turn_has_its_speaker_its_text_and_its_times(tmp_path: Path) -> None:
    write_subtitles(tmp_path / "a.srt", dialogue("Are you in?", "I think so."), SPANS)
    assert (tmp_path / "a.srt").read_text("utf-8").strip() == (
        "1\n00:00:00,812 --> 00:00:01,900\nANN: Are you in?\n\n"
        "2\n00:00:02,600 --> 00:00:04,000\nBO: I think so."
    )


@pytest.mark.parametrize("texts", [("Yes.",), ("Are you in?", "Note: I am.")])
def test_the_speaker_of_each_turn_is_read_back(tmp_path: Path, texts: tuple[str, ...]) -> None:
    path = tmp_path / "a.srt"
    write_subtitles(path, dialogue(*texts), SPANS[: len(texts)])
    read = read_transcript(given(str(path)), "a.mp4", None, TranscribeConfig())
    cues = with_speakers(read.cues)
    assert [cue.speaker for cue in cues] == ["ANN", "BO"][: len(texts)]
    assert [cue.text for cue in cues] == list(texts)
