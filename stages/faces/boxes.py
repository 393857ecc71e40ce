"""Geometry of boxes: float arrays [n, 4] of x0, y0, x1, y1."""

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]


def areas(boxes: Boxes) -> NDArray[np.float64]:
    """Areas, [n]; 0 for a box turned inside out."""
    return np.asarray(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1))


def overlaps(first: Boxes, second: Boxes) -> NDArray[np.float64]:
    """Intersection over union of each of `first` [n, 4] with each of `second` [m, 4]: [n, m]."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    union = areas(first)[:, None] + areas(second)[None, :] - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float64).tiny))


def inside(first: Boxes, second: Boxes) -> NDArray[np.bool_]:
    """Whether the centre of each of `first` lies in each of `second`: [n, m]."""
    centres = (first[:, None, :2] + first[:, None, 2:]) / 2
    within = (centres >= second[None, :, :2]) & (centres <= second[None, :, 2:])
    return np.asarray(within.all(axis=2))
