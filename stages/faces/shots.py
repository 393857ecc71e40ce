"""Where a window is cut: a face is never followed across a change of shot."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.i420 import Frame, luma

THUMB = (32, 18)  # pixels, width and height
CHANGE = 0.5  # unrelated pictures differ by about 1, neighbours in a shot by 0.05
FLOOR = 4.0  # grey levels: noise in a black picture is no change
BLINK_S = 0.2  # a change undone within this time is a flash, and no shot is shorter

Thumb = NDArray[np.float32]


def find_shots(frames: NDArray[np.uint8], times_s: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Split I420 frames [J, H * 3 / 2, W] at scene cuts into shots (first, last + 1).

    Only hard cuts are found; a dissolve ends a track when its face is no longer detected.
    """
    thumbs = [_thumb(frame) for frame in frames]
    starts = [0]
    index = 1
    while index < len(thumbs):
        long_enough = times_s[index] - times_s[starts[-1]] >= BLINK_S
        if long_enough and _change(thumbs[index - 1], thumbs[index]) >= CHANGE:
            back = _end_of_flash(thumbs, times_s, index)
            if back is None:
                starts.append(index)
            else:
                index = back
        index += 1
    return [(a, b) for a, b in pairwise([*starts, len(thumbs)]) if a < b]


def _thumb(frame: Frame) -> Thumb:
    small = Image.fromarray(luma(frame)).resize(THUMB, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)


def _change(first: Thumb, second: Thumb) -> float:
    """Mean difference of two thumbs, freed of brightness, in units of their contrast."""
    contrast = (first.std() + second.std()) / 2 + FLOOR
    difference = np.abs((first - first.mean()) - (second - second.mean())).mean()
    return float(difference / contrast)


def _end_of_flash(thumbs: list[Thumb], times_s: NDArray[np.float64], start: int) -> int | None:
    """The first frame after `start` that looks again like the one before it, if soon enough."""
    for index in range(start + 1, len(thumbs)):
        if times_s[index] - times_s[start] > BLINK_S:
            return None
        if _change(thumbs[start - 1], thumbs[index]) < CHANGE:
            return index
    return None
