"""Where a window is cut: a face is never followed across a change of shot."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.i420 import Frame, luma, size

THUMB = (32, 18)  # pixels, width and height
ROWS = 2  # of a frame that are read for one of its thumb: most of the cost is memory
CHANGE = 0.5  # unrelated pictures differ by about 1, neighbours in a shot by 0.05
FLOOR = 4.0  # grey levels: noise in a black picture is no change
BLINK_S = 0.2  # a change undone within this time is a flash, and no shot is shorter

Thumbs = NDArray[np.float32]  # [n, 18, 32]


def find_shots(frames: NDArray[np.uint8], times_s: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Split I420 frames [J, H * 3 / 2, W] at scene cuts into shots (first, last + 1).

    Only hard cuts are found; a dissolve ends a track when its face is no longer detected.
    """
    if not len(frames):
        return []
    thumbs = np.stack([_thumb(frame) for frame in frames])
    changes = _changes(thumbs[:-1], thumbs[1:])  # from each to the next
    starts = [0]
    index = 1
    while index < len(thumbs):
        long_enough = times_s[index] - times_s[starts[-1]] >= BLINK_S
        if long_enough and changes[index - 1] >= CHANGE:
            back = _end_of_flash(thumbs, times_s, index)
            if back is None:
                starts.append(index)
            else:
                index = back
        index += 1
    return list(pairwise([*starts, len(thumbs)]))


def _thumb(frame: Frame) -> NDArray[np.float32]:
    rows = np.ascontiguousarray(luma(frame)[:: max(1, size(frame)[1] // (ROWS * THUMB[1]))])
    small = Image.fromarray(rows).resize(THUMB, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)


def _changes(first: Thumbs, second: Thumbs) -> NDArray[np.float32]:
    """Mean differences of thumbs, freed of brightness, in units of their contrast: [n]."""
    contrast = (first.std(axis=(1, 2)) + second.std(axis=(1, 2))) / 2 + FLOOR
    brighter = (second.mean(axis=(1, 2)) - first.mean(axis=(1, 2)))[:, None, None]
    return np.asarray(np.abs(second - first - brighter).mean(axis=(1, 2)) / contrast)


def _end_of_flash(thumbs: Thumbs, times_s: NDArray[np.float64], start: int) -> int | None:
    """The first frame after `start` that looks again like the one before it, if soon enough."""
    soon = slice(start + 1, int(np.searchsorted(times_s, times_s[start] + BLINK_S, "right")))
    later = thumbs[soon]
    before = np.broadcast_to(thumbs[start - 1], later.shape)
    back = np.flatnonzero(_changes(before, later) < CHANGE)
    return start + 1 + int(back[0]) if len(back) else None
