"""The reader alone: where it starts, what it yields, what it counts."""

from pathlib import Path

import pytest

from stages.decode.clock import picture_clock, prepare_codec
from stages.decode.reader import FrameReader, TimedFrame
from stages.media import open_media, video_stream
from tests.clips import number_of, regular, write_clip


def spans_from(clip: Path, start_s: float, count: int = 10_000) -> list[TimedFrame]:
    with open_media(str(clip)) as container:
        stream = video_stream(container)
        assert stream is not None
        prepare_codec(stream, threads=1, max_pixels=1 << 24)
        reader = FrameReader(container, stream, picture_clock(container, stream))
        return [span for span, _ in zip(reader.frames(start_s), range(count), strict=False)]


def number(span: TimedFrame) -> int:
    return number_of(span.frame.to_ndarray()[: span.frame.height])


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.flv", "a.webm"])
def test_the_first_frame_is_the_one_on_display(tmp_path: Path, name: str) -> None:
    codec = "libvpx-vp9" if name == "a.webm" else "libx264"
    clip = write_clip(tmp_path / name, seconds=8.0, codec=codec, keyframe_every=60)
    for start_s in (0.0, 0.04, 3.0, 3.01, 5.2, 7.99):
        spans = spans_from(clip, start_s)
        assert [number(span) for span in spans] == list(range(int(start_s * 25 + 1e-6), 200))


def test_spans_join_without_gaps(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mkv", times=[0.0, 0.1, 0.5, 0.6], b_frames=False)
    spans = spans_from(clip, 0.0)
    assert [span.start_s for span in spans] == [0.0, 0.1, 0.5, 0.6]
    assert [span.end_s for span in spans[:-1]] == [0.1, 0.5, 0.6]
    assert spans[-1].end_s > 0.6


def test_after_the_last_frame_comes_the_last_frame(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=2.0)
    assert [number(span) for span in spans_from(clip, 60.0)] == [49]


def test_frames_without_time_stamps_are_timed_by_the_rate(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.h264", container="h264", seconds=1.0)
    spans = spans_from(clip, 0.0)
    assert [span.start_s for span in spans] == pytest.approx(regular(1.0, 25))
    assert [number(span) for span in spans_from(clip, 0.5)] == list(range(12, 25))


def test_a_program_stream_keeps_its_times_after_a_seek(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mpg", codec="mpeg2video", seconds=20.0, keyframe_every=20)
    for span in spans_from(clip, 12.0, count=100):
        assert span.start_s == pytest.approx(number(span) / 25, abs=1e-3)


def test_without_key_frames_on_the_way_the_reader_goes_further_back(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.ts", seconds=30.0, fps=10, keyframe_every=10_000)
    first = spans_from(clip, 25.0, count=1)[0]
    assert number(first) == 250
    assert first.start_s == pytest.approx(25.0, abs=1e-3)
