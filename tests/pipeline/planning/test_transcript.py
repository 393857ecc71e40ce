"""Which transcript a run would give a video."""

from pathlib import Path

from pipeline.manifest import resolve_inputs
from pipeline.planning.transcript import FoundTranscript, transcript_of
from stages.transcribe import TranscribeConfig
from tests.clips import write_clip

SRT = "1\n00:00:00,100 --> 00:00:00,900\nHello.\n"


def _found(video: Path, **changes: object) -> FoundTranscript:
    [row] = resolve_inputs([str(video)]).rows
    return transcript_of({**row, **changes}, TranscribeConfig())


def test_one_beside_the_video_is_found_with_its_lines(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "a.mp4", seconds=1)
    assert _found(video) == FoundTranscript()
    (tmp_path / "a.srt").write_text(SRT)
    assert _found(video) == FoundTranscript(str(tmp_path / "a.srt"), 1)


def test_one_that_is_none_says_why_and_what_is_left_is_a_warning(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "a.mp4", seconds=1)
    given = _found(video, transcript_uri=str(tmp_path / "gone.srt"))
    assert given.fault is not None
    assert "gone.srt" in given.fault
    (tmp_path / "a.srt").write_text(SRT)
    (tmp_path / "a.vtt").write_text("WEBVTT\n")
    assert any("a.vtt" in warning for warning in _found(video).warnings)
