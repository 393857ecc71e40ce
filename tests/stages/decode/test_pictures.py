"""Sizes, orientation and colours of the arrays, against pictures whose truth is known."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stages.decode.config import DecodeConfig
from stages.decode.pictures import AnalysisPainter, analysis_size
from stages.decode.window import DecodedWindow, decode_window
from stages.media import media_facts, open_media
from tests.clips import write_clip

sides = st.integers(1, 8192)


def decoded(clip: Path) -> DecodedWindow:
    with open_media(str(clip)) as container:
        end_s = media_facts(container).duration_s
    with open_media(str(clip)) as container:
        return decode_window(container, 0.0, end_s, DecodeConfig())


def as_rgb(analysis: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An analysis frame as RGB, by BT.601 and limited range, as its contract says."""
    rows, width = analysis.shape
    height = rows * 2 // 3
    planes = analysis.reshape(-1).astype(float)
    size, quarter = height * width, height * width // 4
    luma = (planes[:size].reshape(height, width) - 16) * 255 / 219
    blue, red = (
        ((plane - 128) * 255 / 224).reshape(height // 2, width // 2).repeat(2, 0).repeat(2, 1)
        for plane in (planes[size : size + quarter], planes[size + quarter :])
    )
    rgb = np.stack(
        [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue], -1
    )
    return rgb.round().clip(0, 255).astype(np.uint8)


def corners(picture: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    """Colours in the middle of the four quarters: top left, top right, bottom left and right."""
    height, width = picture.shape[:2]
    spots = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [tuple(int(value) for value in picture[spot]) for spot in spots]


QUARTERS = [(200, 60, 50), (60, 190, 70), (50, 70, 200), (190, 150, 120)]


def quarters(size: tuple[int, int] = (160, 96)) -> NDArray[np.uint8]:
    """Four colours, one in each quarter, the last one of skin."""
    width, height = size
    picture = np.empty((height, width, 3), np.uint8)
    for index, colour in enumerate(QUARTERS):
        top, left = divmod(index, 2)
        rows = slice(height // 2, None) if top else slice(height // 2)
        picture[rows, slice(width // 2, None) if left else slice(width // 2)] = colour
    return picture


def assert_colours(picture: NDArray[np.uint8], expected: list[tuple[int, int, int]]) -> None:
    difference = np.abs(np.array(corners(picture)) - np.array(expected))
    assert difference.max() <= 8, (corners(picture), expected)


@given(width=sides, height=sides, aspect=st.floats(0.25, 4.0), short=st.integers(16, 720))
def test_an_analysis_frame_is_even_bounded_and_never_enlarged(
    width: int, height: int, aspect: float, short: int
) -> None:
    size = analysis_size(width, height, aspect, short)
    assert size.width % 2 == size.height % 2 == 0
    assert size.width <= max(2, width)
    assert size.height <= max(2, height)
    assert min(size.width, size.height) <= short + 1
    assert size.width * size.height <= 2.4 * short**2 + 2 * (size.width + size.height) + 4


@pytest.mark.parametrize(
    ("stored", "aspect", "expected"),
    [
        ((1920, 1080), 1.0, (640, 360)),
        ((1080, 1920), 1.0, (360, 640)),
        ((641, 361), 1.0, (640, 360)),
        ((640, 360), 1.0, (640, 360)),
        ((16, 16), 1.0, (16, 16)),
        ((17, 17), 1.0, (16, 16)),
        ((720, 576), 16 / 11, (654, 360)),  # anamorphic PAL: shown at 16:9
        ((720, 576), 1000.0, (450, 360)),  # no camera has such pixels
        ((1, 1), 1.0, (2, 2)),
    ],
)
def test_analysis_sizes(stored: tuple[int, int], aspect: float, expected: tuple[int, int]) -> None:
    size = analysis_size(*stored, aspect, 360)
    assert (size.width, size.height) == expected


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pictures_are_upright(tmp_path: Path, turn: int, mirrored: bool) -> None:
    size = (160, 96)
    clip = write_clip(
        tmp_path / "r.mp4",
        size=size,
        seconds=0.2,
        rotation=turn,
        mirrored=mirrored,
        picture=lambda *_: quarters(size),
    )
    shown = np.rot90(quarters(size), turn // 90)
    shown = shown[:, ::-1] if mirrored else shown
    window = decoded(clip)
    analysis = as_rgb(window.analysis_frames[0])
    assert analysis.shape == shown.shape
    assert_colours(analysis, corners(shown))
    assert window.frames.shape == (5, 112, 112, 3)
    assert_colours(window.frames[0], corners(shown))


BT709, BT601, SMPTE240M, BT2020 = 1, 6, 7, 9  # AVColorSpace
LIMITED, FULL = 1, 2  # AVColorRange


@pytest.mark.parametrize("color_range", [LIMITED, FULL])
@pytest.mark.parametrize("colorspace", [BT709, BT601, SMPTE240M, BT2020])
def test_colours_are_those_of_the_source(tmp_path: Path, colorspace: int, color_range: int) -> None:
    clip = write_clip(
        tmp_path / "c.mp4",
        seconds=0.2,
        colorspace=colorspace,
        color_range=color_range,
        picture=lambda *_: quarters(),
    )
    window = decoded(clip)
    assert_colours(as_rgb(window.analysis_frames[0]), QUARTERS)
    assert_colours(window.frames[0], QUARTERS)


@pytest.mark.parametrize(
    ("size", "matrix"), [((320, 240), "ITU601"), ((1280, 720), "ITU709")], ids=["sd", "hd"]
)
def test_untagged_video_is_taken_as_players_take_it(size: tuple[int, int], matrix: str) -> None:
    frame = av.VideoFrame.from_ndarray(quarters(size), format="rgb24").reformat(
        format="yuv420p", dst_colorspace=matrix, dst_color_range="MPEG"
    )
    frame.colorspace, frame.color_range = 2, 0  # unspecified
    painter = AnalysisPainter(frame, 1.0, 360)
    canvas = np.empty(painter.shape, np.uint8)
    painter.paint(frame, canvas)
    assert_colours(as_rgb(canvas), QUARTERS)


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "size"),
    [
        ("h10.mp4", "libx265", "yuv420p10le", (160, 96)),
        ("av1.webm", "libsvtav1", "yuv420p", (160, 96)),
        ("av1-10.mp4", "libsvtav1", "yuv420p10le", (160, 96)),
        ("vp9.webm", "libvpx-vp9", "yuv420p", (160, 96)),
        ("vp9-odd.webm", "libvpx-vp9", "yuv420p", (641, 361)),
        ("vp8.webm", "libvpx", "yuv420p", (160, 96)),
        ("j.avi", "mjpeg", "yuvj420p", (160, 96)),
        ("odd444.mp4", "libx264", "yuv444p", (641, 361)),
        ("422.mkv", "libx264", "yuv422p", (160, 96)),
        ("rgb.mkv", "ffv1", "bgr0", (160, 96)),
        ("small.mp4", "libx264", "yuv420p", (16, 16)),
        ("mpeg2.ts", "mpeg2video", "yuv420p", (160, 96)),
    ],
)
def test_every_codec_and_pixel_format_ends_in_the_same_colours(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, size: tuple[int, int]
) -> None:
    clip = write_clip(
        tmp_path / name,
        codec=codec,
        pix_fmt=pix_fmt,
        size=size,
        seconds=0.4,
        picture=lambda *_: quarters(size),
    )
    window = decoded(clip)
    expected = analysis_size(*size, 1.0, 360)
    assert window.analysis_frames.shape == (10, expected.height * 3 // 2, expected.width)
    assert_colours(as_rgb(window.analysis_frames[4]), QUARTERS)
    assert_colours(window.frames[4], QUARTERS)


def test_grey_video_is_grey(tmp_path: Path) -> None:
    grey = np.full((96, 160, 3), 200, np.uint8)
    clip = write_clip(
        tmp_path / "g.mkv", codec="ffv1", pix_fmt="gray", seconds=0.2, picture=lambda *_: grey
    )
    window = decoded(clip)
    assert_colours(as_rgb(window.analysis_frames[0]), [(200, 200, 200)] * 4)
    assert_colours(window.frames[0], [(200, 200, 200)] * 4)


def test_interlaced_video_is_decoded_whole(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "i.mp4",
        size=(720, 576),
        seconds=0.4,
        options={"flags": "+ildct+ilme", "x264-params": "tff=1"},
        picture=lambda *_: quarters((720, 576)),
    )
    with av.open(str(clip)) as container:
        assert next(container.decode(video=0)).interlaced_frame
    window = decoded(clip)
    assert window.analysis_frames.shape == (10, 540, 450)
    assert_colours(as_rgb(window.analysis_frames[4]), QUARTERS)


def test_anamorphic_video_is_as_wide_as_it_is_shown(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "a.mp4", size=(720, 576), seconds=0.2, pixel_aspect=Fraction(16, 11)
    )
    assert decoded(clip).analysis_frames.shape == (5, 540, 654)
