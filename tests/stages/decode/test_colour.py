"""Matrices and ranges: how a frame is understood, and how well it is converted."""

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from stages.decode.colour import Bt601Converter, full_range, matrix


def tagged(colorspace: int, size: tuple[int, int] = (320, 240), fmt: str = "yuv420p"):
    frame = av.VideoFrame(*size, fmt)
    frame.colorspace = colorspace
    return frame


@pytest.mark.parametrize(
    ("colorspace", "expected"),
    [
        (1, Colorspace.ITU709),
        (5, Colorspace.ITU601),
        (6, Colorspace.ITU601),
        (7, Colorspace.SMPTE240M),
        (9, Colorspace.BT2020),
        (2, Colorspace.ITU601),  # unspecified
    ],
)
def test_the_matrix_is_the_tagged_one(colorspace: int, expected: Colorspace) -> None:
    assert matrix(tagged(colorspace)) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((720, 576), Colorspace.ITU601),
        ((1280, 720), Colorspace.ITU709),
        ((608, 1080), Colorspace.ITU709),  # a telephone held upright
    ],
)
def test_untagged_video_goes_by_its_size(size: tuple[int, int], expected: Colorspace) -> None:
    assert matrix(tagged(2, size)) == expected


@pytest.mark.parametrize("fmt", ["rgb24", "gbrp", "pal8", "bgr0"])
def test_rgb_has_no_matrix(fmt: str) -> None:
    assert matrix(tagged(2, fmt=fmt)) is None


@pytest.mark.parametrize(
    ("fmt", "tag", "expected"),
    [
        ("yuv420p", 0, False),
        ("yuv420p", 1, False),
        ("yuv420p", 2, True),
        ("yuvj420p", 0, True),
        ("gray", 0, True),
        ("gray", 1, False),
    ],
)
def test_the_range_is_the_tagged_one_or_the_formats(fmt: str, tag: int, expected: bool) -> None:
    frame = av.VideoFrame(32, 32, fmt)
    frame.color_range = tag
    assert full_range(frame) is expected


def gradient() -> NDArray[np.uint8]:
    """Colours of faces and rooms, [96, 160, 3] RGB, none at the edge of what YUV can hold."""
    rows, columns = np.mgrid[0:96, 0:160]
    channels = [110 + 90 * columns / 160, 80 + 80 * rows / 96, 60 + 60 * columns / 160]
    return np.stack(channels, -1).astype(np.uint8)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", ["ITU709", "ITU601", "SMPTE240M", "BT2020"])
def test_conversion_is_exact_to_a_step_or_two(name: str, full: bool) -> None:
    rgb = av.VideoFrame.from_ndarray(gradient(), format="rgb24")
    written = rgb.reformat(
        format="yuv420p", dst_colorspace=name, dst_color_range="JPEG" if full else "MPEG"
    )
    truth = rgb.reformat(format="yuv420p", dst_colorspace="ITU601", dst_color_range="MPEG")
    converted = Bt601Converter().convert(written, Colorspace[name], full=full)
    difference = np.abs(converted.to_ndarray().astype(int) - truth.to_ndarray())
    assert difference.max() <= 2
    assert difference.mean() < 0.6


def test_what_is_right_already_is_not_touched() -> None:
    frame = av.VideoFrame(160, 96, "yuv420p")
    assert Bt601Converter().convert(frame, Colorspace.ITU601, full=False) is frame
