"""Containers that store when a packet is decoded and not when its picture is shown."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from tests.cases.front import CASES, pictures_in, through
from tests.clips import regular, write_clip
from tests.stages.decode.test_window import numbers, window_of

REORDERED = {
    "h264.avi": {},
    "mpeg4.avi": {"codec": "mpeg4", "options": {"bf": "3", "b_strategy": "0"}},
    "mpeg2.avi": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "mpeg4.wmv": {"codec": "mpeg4", "options": {"bf": "2"}},
    "mpeg4.mkv": {"codec": "mpeg4", "options": {"bf": "2"}},
    "mpeg2.ts": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "raw.m4v": {"codec": "mpeg4", "container": "m4v", "options": {"bf": "2"}},
}

USUAL = ("h264.avi", "mpeg4.wmv")


def without_presentation_times(clip: Path, path: Path) -> Path:
    """`clip` once more, its packets stamped with the times of decoding alone."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = (packet for packet in source.demux(stream) if packet.size)
        for index, packet in enumerate(packets):
            packet.stream, packet.time_base, packet.duration = copy, Fraction(1, 25), 1
            packet.pts = packet.dts = index
            out.mux(packet)
    return path


def assert_every_picture_in_its_place(clip: Path) -> None:
    """Read as a whole and in windows."""
    for borders in ((0.0, 9.0), (0.0, 0.7, 0.74, 1.3, 9.0)):
        windows = [window_of(clip, start_s, end_s) for start_s, end_s in pairwise(borders)]
        assert [number for window in windows for number in numbers(window)] == list(range(50))
        times = [time for window in windows for time in window.analysis_times_s]
        assert times == pytest.approx(regular(2.0, 25), abs=2e-3)


def test_b_frames_in_avi() -> None:
    (row,) = through(CASES / "avi_reordered" / "bframes.avi")
    assert not any("left out" in text for text in row["warnings"])
    (face,) = row["faces"]
    assert face["start_s"] == pytest.approx(2.0, abs=0.2)
    assert face["end_s"] == pytest.approx(3.9, abs=0.2)
    assert pictures_in(through(CASES / "avi_reordered" / "bframes.avi", "decode")) == 60


def test_packets_without_a_picture_in_avi() -> None:
    (row,) = through(CASES / "avi_reordered" / "xvid.avi")
    assert not any("left out" in text or "broken" in text for text in row["warnings"])
    (face,) = row["faces"]
    assert face["end_s"] - face["start_s"] == pytest.approx(1.9, abs=0.1)
    assert pictures_in(through(CASES / "avi_reordered" / "xvid.avi", "decode")) == 58


@pytest.mark.parametrize(
    "name",
    [name if name in USUAL else pytest.param(name, marks=pytest.mark.slow) for name in REORDERED],
)
def test_every_picture_is_in_its_place(tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / name, keyframe_every=20, **REORDERED[name])
    assert_every_picture_in_its_place(clip)


@pytest.mark.parametrize("ending", ["mp4", "mkv", pytest.param("flv", marks=pytest.mark.slow)])
def test_where_the_presentation_times_are_those_of_decoding(tmp_path: Path, ending: str) -> None:
    clip = write_clip(tmp_path / "source.mp4", keyframe_every=20)
    assert_every_picture_in_its_place(without_presentation_times(clip, tmp_path / f"a.{ending}"))
