"""Subtitles come back as the product reads them."""

from pathlib import Path

from jobs.synthesize.files.subtitles import write_subtitles
from jobs.synthesize.plan import Span
from tests.jobs.synthesize.dialogues import dialogue


def test_a_turn_has_its_speaker_its_text_and_its_times(tmp_path: Path) -> None:
    spans = (Span(0.8125, 1.9), Span(2.6, 4.0004))
    write_subtitles(tmp_path / "a.srt", dialogue("Are you in?", "I {think} so."), spans)
    assert (tmp_path / "a.srt").read_text("utf-8") == (
        "1\n00:00:00,812 --> 00:00:01,900\nANN: Are you in?\n\n"
        "2\n00:00:02,600 --> 00:00:04,000\nBO: I {think} so.\n\n"
    )
