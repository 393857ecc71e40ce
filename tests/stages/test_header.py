"""What stands at the head of a media file."""

from pathlib import Path

import pytest

from stages.faults import DataFault, ErrorKind
from stages.header import read_header
from tests.clips import tone, write_clip


def test_a_plain_file_says_how_long_and_how_large_it_is(tmp_path: Path) -> None:
    header = read_header(str(write_clip(tmp_path / "a.mp4", seconds=2, audio=tone())))
    assert header.duration_s == pytest.approx(2, abs=0.1)
    assert (header.width, header.height, header.fps) == (160, 96, pytest.approx(25, abs=0.1))
    assert header.has_video
    assert header.has_decoder
    assert header.sound_tracks == 1
    assert not header.is_turned
    assert not header.has_variable_rate
    assert header.missing_bytes == 0


@pytest.mark.parametrize("turn", [{"rotation": 90}, {"mirrored": True}])
def test_a_picture_that_is_stored_turned_or_mirrored_is_told(tmp_path: Path, turn: dict) -> None:
    header = read_header(str(write_clip(tmp_path / "a.mp4", **turn)))
    assert header.is_turned
    upright = (160, 96) if "mirrored" in turn else (96, 160)
    assert (header.width, header.height) == upright


@pytest.mark.parametrize("b_frames", [True, False])
def test_frames_at_uneven_distances_are_a_variable_rate(tmp_path: Path, b_frames: bool) -> None:
    times = [index / 25 + (0.02 if index % 3 == 0 else 0) for index in range(60)]
    uneven = write_clip(tmp_path / "a.mp4", times=times, b_frames=b_frames)
    even = write_clip(tmp_path / "b.mp4", seconds=2.4, b_frames=b_frames)
    assert read_header(str(uneven)).has_variable_rate
    assert not read_header(str(even)).has_variable_rate


def test_sound_tracks_are_counted(tmp_path: Path) -> None:
    silent = write_clip(tmp_path / "a.mp4")
    twice = write_clip(tmp_path / "b.mkv", audio=tone(), audio_tracks=2)
    assert read_header(str(silent)).sound_tracks == 0
    assert read_header(str(twice)).sound_tracks == 2


def test_a_file_that_is_cut_off_says_how_many_bytes_its_index_names_in_vain(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "a.mp4", container_options={"movflags": "faststart"})
    content = whole.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) * 2 // 3])
    assert read_header(str(whole)).missing_bytes == 0
    assert read_header(str(cut)).missing_bytes > 0


def test_what_is_no_media_file_is_a_fault(tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("nothing to see")
    with pytest.raises(DataFault) as fault:
        read_header(str(text))
    assert fault.value.kind is ErrorKind.UNREADABLE
