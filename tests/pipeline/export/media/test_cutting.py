"""Clips that are cut out of sources whose every picture bears its number."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.export.media.clip import Style
from pipeline.export.media.cutting import Cut, Source
from pipeline.export.media.job import CutJob
from stages.faults import DataFault
from tests.clips import Sound, number_of, write_clip


def _click(at_s: float) -> Sound:
    """Silence but for 5 ms."""
    return lambda times: 0.8 * ((times >= at_s) & (times < at_s + 0.005)) * np.sin(9000 * times)


def _cut(source: Path, start_s: float, end_s: float, target: Path) -> Cut:
    job = CutJob(target.name, str(source), None, 0.0, start_s, end_s)
    with Source(str(source), 0.0) as opened:
        return opened.cut(job, target)


def _seen(path: Path) -> tuple[list[int], list[float]]:
    """The numbers of the pictures, and when each comes on display: by the stamps, plainly read."""
    numbers, times = [], []
    with av.open(str(path)) as clip:
        origin_s = (clip.start_time or 0) / 1e6
        for frame in clip.decode(video=0):
            numbers.append(number_of(frame.to_ndarray(format="gray8")))
            times.append(float(frame.time) - origin_s)
    return numbers, times


def _click_heard_s(path: Path) -> float:
    with av.open(str(path)) as clip:
        stream = clip.streams.audio[0]
        origin_s = (clip.start_time or 0) / 1e6
        best, found = 0.0, -1.0
        for frame in clip.decode(stream):
            samples = np.abs(frame.to_ndarray()[0])
            if samples.max() > best:
                best = float(samples.max())
                found = float(frame.time) - origin_s + int(samples.argmax()) / stream.rate
    return found


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("constant.mp4", {}),
        ("late_keys.mp4", {"keyframe_every": 250}),
        ("ntsc.mp4", {"fps": 30000 / 1001}),
        ("film.mkv", {"fps": 24000 / 1001}),
        ("broadcast.ts", {"offset_s": 3.4}),
        ("old.avi", {"codec": "mpeg4", "audio_codec": "mp2"}),
        ("browser.webm", {"codec": "libvpx", "audio_codec": "libopus"}),
    ],
)
@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [
        pytest.param(0.0, 0.7, marks=pytest.mark.slow),
        (1.23, 2.87),
        pytest.param(2.4, 4.0, marks=pytest.mark.slow),
    ],
)
def test_a_clip_has_each_picture_of_its_time_and_no_other(
    name: str, options: dict[str, object], start_s: float, end_s: float, tmp_path: Path
) -> None:
    source = write_clip(
        tmp_path / name,
        seconds=4.0,
        audio=_click((start_s + end_s) / 2),
        **options,  # type: ignore[arg-type]
    )
    cut = _cut(source, start_s, end_s, tmp_path / "cut.mp4")
    inside = [each for each in zip(*_seen(source), strict=True) if start_s <= each[1] < end_s]
    numbers, times = _seen(tmp_path / "cut.mp4")
    assert numbers == [number for number, _ in inside]
    assert times[0] == 0
    assert np.add(times, cut.begins_s) == pytest.approx([time_s for _, time_s in inside], abs=1e-4)
    assert cut.has_audio
    assert cut.fps == pytest.approx(options.get("fps", 25.0), abs=0.1)
    heard_s = cut.begins_s + _click_heard_s(tmp_path / "cut.mp4")
    assert heard_s == pytest.approx(_click_heard_s(source), abs=2e-3)


def test_any_stretch_of_a_film_of_uneven_rate_is_cut_exactly(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    stamps = np.cumsum(draw.choice([0.0167, 0.033, 0.04, 0.09], 150)).round(3)
    source = write_clip(tmp_path / "a.mp4", times=stamps.tolist(), seconds=float(stamps[-1]) + 0.1)
    there = list(zip(*_seen(source), strict=True))
    with Source(str(source), 0.0) as opened:
        for start_s, length_s in draw.uniform((0.0, 0.2), (stamps[-1] - 1.3, 1.2), (8, 2)):
            job = CutJob("x", str(source), None, 0.0, start_s, start_s + length_s)
            cut = opened.cut(job, tmp_path / "cut.mp4")
            inside = [each for each in there if start_s <= each[1] < start_s + length_s]
            numbers, times = _seen(tmp_path / "cut.mp4")
            assert numbers == [number for number, _ in inside]
            shown = np.add(times, cut.begins_s)
            assert shown == pytest.approx([time_s for _, time_s in inside], abs=1e-4)


def test_pictures_at_uneven_times_keep_them(tmp_path: Path) -> None:
    stamps = [0.0, 0.04, 0.1, 0.5, 0.52, 0.9, 1.0, 1.5]
    source = write_clip(tmp_path / "a.mp4", times=stamps)
    cut = _cut(source, 0.1, 1.2, tmp_path / "cut.mp4")
    assert cut.begins_s == pytest.approx(0.1)
    numbers, times = _seen(tmp_path / "cut.mp4")
    assert numbers == [2, 3, 4, 5, 6]
    assert times == pytest.approx([0.0, 0.4, 0.42, 0.8, 0.9], abs=1e-4)
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        assert float(clip.duration) / 1e6 == pytest.approx(1.1, abs=0.01)


def test_a_picture_that_stands_from_before_comes_first(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", times=[0.0, 3.0, 3.04], seconds=4.0, audio=_click(2.0))
    cut = _cut(source, 1.5, 3.03, tmp_path / "cut.mp4")
    assert cut.begins_s == 1.5
    numbers, times = _seen(tmp_path / "cut.mp4")
    assert numbers == [0, 1]
    assert times == pytest.approx([0.0, 1.5], abs=1e-3)
    assert _click_heard_s(tmp_path / "cut.mp4") == pytest.approx(0.5, abs=0.012)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_picture_is_upright_in_the_clip(rotation: int, tmp_path: Path) -> None:
    def corner(_: int, __: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        picture = np.zeros((96, 160, 3), np.uint8)
        picture[:20, :20] = 255  # upper left as stored
        return picture

    source = write_clip(tmp_path / "a.mp4", picture=corner, rotation=rotation)
    _cut(source, 0.0, 0.5, tmp_path / "cut.mp4")
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        frame = next(clip.decode(video=0))
    grey = frame.to_ndarray(format="gray8")
    quarter = np.rot90(corner(0, 0.0)[..., 0], rotation // 90)
    assert grey.shape == quarter.shape
    assert np.abs(grey.astype(int) - quarter).mean() < 20
    assert frame.rotation == 0


def test_odd_sides_get_one_more_line(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mkv", size=(161, 97), codec="ffv1", pix_fmt="yuv444p")
    _cut(source, 0.4, 0.8, tmp_path / "cut.mp4")
    assert _seen(tmp_path / "cut.mp4")[0] == list(range(10, 20))
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        video = clip.streams.video[0]
        assert (video.width, video.height, video.pix_fmt) == (162, 98, "yuv420p")


def test_a_source_without_sound_gives_a_clip_without(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4")
    assert not _cut(source, 0.0, 1.0, tmp_path / "cut.mp4").has_audio
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        assert not clip.streams.audio


def test_sound_that_begins_late_is_silence_before(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mkv", seconds=4.0, audio=_click(2.5), audio_start_s=2.0)
    cut = _cut(source, 1.0, 3.0, tmp_path / "cut.mp4")
    assert cut.begins_s == pytest.approx(1.0)
    assert _click_heard_s(tmp_path / "cut.mp4") == pytest.approx(1.5, abs=0.012)


def test_the_shape_of_pixels_is_kept(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", pixel_aspect=Fraction(4, 3))
    _cut(source, 0.0, 1.0, tmp_path / "cut.mp4")
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        assert clip.streams.video[0].sample_aspect_ratio == Fraction(4, 3)


def test_the_file_can_be_played_while_it_is_fetched(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", audio=_click(0.5))
    _cut(source, 0.0, 1.0, tmp_path / "cut.mp4")
    content = (tmp_path / "cut.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_several_cuts_of_one_source_are_as_good_as_one(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", seconds=4.0, audio=_click(2.0))
    spans: Sequence[tuple[float, float]] = [(2.0, 3.0), (0.0, 1.0), (1.0, 2.5)]
    with Source(str(source), 4.0) as opened:
        for index, (start_s, end_s) in enumerate(spans):
            job = CutJob("x", str(source), None, 4.0, start_s, end_s)
            opened.cut(job, tmp_path / f"{index}.mp4")
    for index, (start_s, end_s) in enumerate(spans):
        _cut(source, start_s, end_s, tmp_path / "alone.mp4")
        assert _seen(tmp_path / f"{index}.mp4") == _seen(tmp_path / "alone.mp4")


def test_nothing_is_cut_of_a_time_that_the_source_does_not_have(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4")
    with pytest.raises(DataFault, match="no picture"):
        _cut(source, 5.0, 6.0, tmp_path / "cut.mp4")


def test_a_clip_to_look_at_begins_where_it_was_asked_to(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", seconds=4.0, audio=_click(2.0))
    job = CutJob("x", str(source), None, 4.0, 1.03, 2.5)
    with Source(str(source), None) as opened:
        cut = opened.cut(job, tmp_path / "cut.mp4", Style(begins_at_once=True))
    assert cut.begins_s == 1.03
    numbers, times = _seen(tmp_path / "cut.mp4")
    assert numbers == list(range(25, 63))
    assert times[:3] == pytest.approx([0.0, 0.01, 0.05], abs=1e-3)
    assert _click_heard_s(tmp_path / "cut.mp4") == pytest.approx(0.97, abs=2e-3)


@pytest.mark.parametrize(
    ("size", "written"), [((320, 180), (160, 90)), ((96, 161), (90, 150)), ((64, 48), (64, 48))]
)
def test_a_large_picture_is_scaled_where_that_is_asked_for(
    size: tuple[int, int], written: tuple[int, int], tmp_path: Path
) -> None:
    codec = {"codec": "ffv1", "pix_fmt": "yuv444p"}
    source = write_clip(tmp_path / "a.mkv", seconds=1.0, size=size, **codec)
    job = CutJob("x", str(source), None, 1.0, 0.0, 1.0)
    with Source(str(source), 1.0) as opened:
        opened.cut(job, tmp_path / "cut.mp4", Style(most_lines=90))
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        video = clip.streams.video[0]
        assert (video.width, video.height) == written
    assert len(_seen(tmp_path / "cut.mp4")[0]) == 25


def test_pictures_can_be_sought_as_closely_as_is_asked_for(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", keyframe_every=250)
    job = CutJob("x", str(source), None, 2.0, 0.0, 2.0)
    with Source(str(source), 2.0) as opened:
        opened.cut(job, tmp_path / "cut.mp4", Style(key_every=12))
    with av.open(str(tmp_path / "cut.mp4")) as clip:
        keys = [n for n, packet in enumerate(clip.demux(video=0)) if packet.is_keyframe]
    assert max(np.diff([*keys, 50])) <= 12
