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


def nearness(first: Boxes, second: Boxes, reach: float, growth: float) -> NDArray[np.float64]:
    """How near each of `first` [n, 4] is to each of `second` [m, 4]: [n, m], 1 at one place.

    It falls to 0 where the centres are `reach` sides of the larger box apart, and is 0 where one
    side is more than `growth` times the other.
    """
    sides, others = np.sqrt(areas(first))[:, None], np.sqrt(areas(second))[None, :]
    larger, smaller = np.maximum(sides, others), np.minimum(sides, others)
    centres = (first[:, None, :2] + first[:, None, 2:]) / 2
    shifts = centres - (second[None, :, :2] + second[None, :, 2:]) / 2
    away = np.hypot(shifts[..., 0], shifts[..., 1]) / np.maximum(larger * reach, 1e-9)
    return np.where(larger <= growth * smaller, np.clip(1 - away, 0, None), 0.0)
