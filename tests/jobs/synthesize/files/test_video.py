"""Clips: every picture at its exact time, and the sound in step with it."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from skimage.metrics import peak_signal_noise_ratio

from jobs.synthesize.files.video import Picture, Quality, write_clip
from jobs.synthesize.speech.track import Sound
from stages.decode.clock import picture_clock, prepare_codec
from stages.decode.reader import FrameReader
from stages.faults import SetupError
from stages.listening.sound import RATE
from stages.listening.sound import Sound as Heard
from stages.media import media_facts, open_media, video_stream
from tests.clips import number_of, numbered

SAMPLE_RATE = 24_000
RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(30_000, 1001), Fraction(60)]


def _sound(seconds: float, click_s: float = 0.5) -> Sound:
    samples = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    samples[round(click_s * SAMPLE_RATE) :][:60] = 0.8
    return Sound(samples, SAMPLE_RATE, "stand-in")


def _planes(picture: Picture) -> Picture:
    """RGB, [h, w, 3], as `write_clip` takes pictures."""
    frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG
    )
    return frame.to_ndarray()


def _numbered(count: int) -> Iterator[Picture]:
    return (_planes(numbered(index)) for index in range(count))


@pytest.mark.parametrize("fps", RATES, ids=str)
def test_every_picture_comes_back_at_its_time(tmp_path: Path, fps: Fraction) -> None:
    count = round(2.3 * fps)
    path = tmp_path / "a.mp4"
    assert write_clip(path, _numbered(count), fps, _sound(3.0)) == count
    with open_media(str(path)) as container:
        facts = media_facts(container)
    with open_media(str(path)) as container:
        stream = video_stream(container)
        assert stream is not None
        prepare_codec(stream, threads=1, max_pixels=1 << 24)
        reader = FrameReader(container, stream, picture_clock(container, stream))
        spans = [
            (number_of(span.frame.to_ndarray()[: span.frame.height]), span.start_s)
            for span in reader.frames(0.0)
        ]
    assert spans == [(index, float(index / fps)) for index in range(count)]
    assert facts.fps == pytest.approx(float(fps))
    assert facts.duration_s == pytest.approx(float(count / fps), abs=1e-3)


@pytest.mark.parametrize("fps", RATES, ids=str)
def test_a_click_is_heard_with_its_flash(tmp_path: Path, fps: Fraction) -> None:
    flash = round(fps / 2)
    pictures = (np.full((144, 160), 235 * (index == flash), np.uint8) for index in range(60))
    path = tmp_path / "a.mp4"
    write_clip(path, pictures, fps, _sound(1.0, float(flash / fps)))
    with av.open(path) as container:
        seen_s = next(f.time for f in container.decode(video=0) if f.to_ndarray()[:96].max() > 150)
    with open_media(str(path)) as container:
        heard = np.concatenate(list(Heard(container, 0).pieces()))
    heard_s = np.flatnonzero(np.abs(heard) > 0.4)[0] / RATE
    assert heard_s == pytest.approx(seen_s, abs=0.002)


def test_sound_and_pictures_are_equally_long(tmp_path: Path) -> None:
    for seconds in (0.2, 5.0):
        write_clip(tmp_path / "a.mp4", _numbered(50), Fraction(25), _sound(seconds, 0.1))
        with av.open(tmp_path / "a.mp4") as container:
            lengths = [float(one.duration * one.time_base) for one in container.streams]
        assert lengths == pytest.approx([2.0, 2.0], abs=1e-3)


def test_colours_are_kept(tmp_path: Path) -> None:
    picture = np.zeros((96, 160, 3), np.uint8)
    picture[:, :80], picture[:, 80:] = (220, 40, 60), (30, 90, 200)
    write_clip(tmp_path / "a.mp4", [_planes(picture)] * 3, Fraction(25), _sound(1.0))
    with av.open(tmp_path / "a.mp4") as container:
        frame = next(container.decode(video=0))
        assert (frame.colorspace, int(frame.color_range)) == (6, 1)
        assert peak_signal_noise_ratio(picture, frame.to_ndarray(format="rgb24")) > 28


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, _numbered(30), Fraction(30), _sound(1.0))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_worse_quality_makes_a_smaller_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (10, 144, 160), np.uint8)
    sizes = []
    for crf in (18, 40):
        write_clip(tmp_path / "a.mp4", noise, Fraction(25), _sound(0.4, 0.1), Quality(crf=crf))
        sizes.append((tmp_path / "a.mp4").stat().st_size)
    assert sizes[0] > 2 * sizes[1]


def test_a_clip_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Picture]:
        yield _planes(numbered(0))
        raise SetupError("a head is missing")

    with pytest.raises(SetupError, match="a head is missing"):
        write_clip(tmp_path / "a.mp4", broken(), Fraction(25), _sound(1.0))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / ".a.mp4.part").symlink_to("/dev/full")
    with pytest.raises(SetupError, match=r"a\.mp4: cannot be written"):
        write_clip(tmp_path / "a.mp4", _numbered(30), Fraction(25), _sound(1.0))


@pytest.mark.parametrize("pictures", [[], [np.zeros((144, 159), np.uint8)]])
def test_no_picture_or_an_odd_size_is_refused(tmp_path: Path, pictures: list[Picture]) -> None:
    with pytest.raises(ValueError, match="even width and height"):
        write_clip(tmp_path / "a.mp4", pictures, Fraction(25), _sound(1.0))
