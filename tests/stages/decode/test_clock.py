from pathlib import Path

import pytest

from stages.decode.clock import PictureClock, picture_clock, prepare_codec
from stages.media import open_media, video_stream
from tests.clips import write_clip


def clock_of(clip: Path) -> PictureClock:
    with open_media(str(clip)) as container:
        stream = video_stream(container)
        assert stream is not None
        prepare_codec(stream, threads=1, max_pixels=1 << 24)
        return picture_clock(container, stream)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.flv"])
def test_stored_presentation_times_are_believed(tmp_path: Path, name: str) -> None:
    assert clock_of(write_clip(tmp_path / name)).lag is None


def test_without_reordering_there_is_nothing_to_find_out(tmp_path: Path) -> None:
    assert clock_of(write_clip(tmp_path / "a.avi", b_frames=False)).lag is None


def test_the_lag_is_that_of_the_codec(tmp_path: Path) -> None:
    assert clock_of(write_clip(tmp_path / "a.avi")).lag == 2  # a pyramid of B-frames
    clip = write_clip(tmp_path / "b.avi", codec="mpeg4", options={"bf": "2"})
    assert clock_of(clip).lag == 1
