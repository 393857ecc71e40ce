"""A stretch of a long video as a file of its own."""

from pathlib import Path

import av
import pytest

from pipeline.manifest import resolve_inputs
from pipeline.planning.excerpt import write_excerpt
from stages.header import read_header
from stages.transcribe import TranscribeConfig
from tests.clips import number_of, tone, write_clip


@pytest.mark.parametrize("name", ["long.mp4", "long.mkv"])
def test_it_holds_the_pictures_of_the_stretch_and_the_lines_said_then(
    tmp_path: Path, name: str
) -> None:
    write_clip(tmp_path / name, seconds=20, audio=tone(), b_frames=False)
    (tmp_path / "long.srt").write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nBefore.\n\n2\n00:00:11,500 --> 00:00:12,500\nIn it.\n"
    )
    [row] = resolve_inputs([str(tmp_path / name)]).rows
    excerpt, begins_s = write_excerpt(row, (10.0, 14.0), tmp_path / "cut", TranscribeConfig())
    assert 8.5 <= begins_s <= 10.05
    header = read_header(excerpt["uri"])
    assert header.duration_s == pytest.approx(14 - begins_s, abs=0.5)
    assert header.sound_tracks == 1
    with av.open(excerpt["uri"]) as container:
        first = next(container.decode(video=0)).to_ndarray(format="gray")
    assert number_of(first) == pytest.approx(begins_s * 25, abs=1)
    [said] = excerpt["utterances"]
    assert said["text"] == "In it."
    assert said["start_s"] == pytest.approx(11.5 - begins_s, abs=0.01)
    assert excerpt["video_id"] == row["video_id"]
