"""Views on frames of planar YUV 4:2:0 (I420).

A frame is uint8 [H * 3 / 2, W], H and W even: H rows of luma, then the two chroma planes of
H / 2 x W / 2 one after the other. Colour is BT.601 at limited range (luma 16..235).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frame = NDArray[np.uint8]

BLACK = (16, 128, 128)

# BT.601, limited range: one row a channel, on (Y, U, V, 1).
_LUMA, _RED_V, _GREEN_U, _GREEN_V, _BLUE_U = 1.164384, 1.596027, -0.391762, -0.812968, 2.017232
_TO_RGB = (
    *(_LUMA, 0.0, _RED_V, -16 * _LUMA - 128 * _RED_V),
    *(_LUMA, _GREEN_U, _GREEN_V, -16 * _LUMA - 128 * (_GREEN_U + _GREEN_V)),
    *(_LUMA, _BLUE_U, 0.0, -16 * _LUMA - 128 * _BLUE_U),
)


def check(frames: NDArray[Any]) -> None:
    """Raise `ValueError` unless `frames` is a stack [J, H * 3 / 2, W] of I420 frames."""
    if frames.dtype != np.uint8 or frames.ndim != 3:
        raise ValueError(f"analysis_frames: {frames.dtype} {frames.shape}, not uint8 [J, H*3/2, W]")
    if frames.shape[1] % 3 or frames.shape[2] % 2:
        raise ValueError(f"analysis_frames: {frames.shape} holds no 4:2:0 frames of even size")


def size(frame: NDArray[Any]) -> tuple[int, int]:
    """Width and height in pixels of an I420 frame, or of each frame in a stack."""
    return frame.shape[-1], frame.shape[-2] * 2 // 3


def luma(frame: Frame) -> Frame:
    """The luma plane, [H, W], as a view."""
    return frame[: size(frame)[1]]


def planes(frame: Frame) -> tuple[Frame, Frame, Frame]:
    """The planes Y [H, W], U and V [H / 2, W / 2], as views on a contiguous frame."""
    width, height = size(frame)
    chroma = frame[height:].reshape(2, height // 2, width // 2)
    return frame[:height], chroma[0], chroma[1]


def rgb(y: Image.Image, u: Image.Image, v: Image.Image) -> Image.Image:
    """One RGB picture from three planes of equal size."""
    return Image.merge("RGB", (y, u, v)).convert("RGB", _TO_RGB)


def picture(frame: Frame, size: tuple[int, int]) -> Image.Image:
    """A whole frame as an RGB picture of `size` (width, height).

    The planes are scaled before they are coloured: of a picture shrunk to half, the chroma has its
    size already. `reducing_gap` takes the mean over whole blocks of pixels first, which is quick.
    """
    scaled = (
        Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0)
        for plane in planes(frame)
    )
    return rgb(*scaled)
