"""Sampling a part of a plane along a matrix."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.i420 import Frame

MARGIN = 2  # pixels around what is sampled, for the bilinear filter


def warp(
    plane: Frame, matrix: NDArray[np.float64], size: tuple[int, int], outside: int, *, blocks: int
) -> Image.Image:
    """Bilinear samples of a plane, as a picture of `size` (width, height).

    Only the pixels near them are touched.

    Args:
        matrix: takes a point of the picture to its place in the plane, [2, 3].
        outside: the value beyond the plane.
        blocks: the mean over blocks of so many pixels each way is sampled; 1 samples the plane.
    """
    width, height = size
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    limits = np.array([plane.shape[1], plane.shape[0]])
    low, high = corners.min(axis=1) / blocks - MARGIN, corners.max(axis=1) / blocks + MARGIN
    low = np.clip(np.floor(low) * blocks, 0, limits // blocks * blocks).astype(int)
    high = np.clip(np.ceil(high) * blocks, 0, limits).astype(int)
    if (high <= low).any():
        return Image.new("L", size, outside)
    region = Image.fromarray(plane[low[1] : high[1], low[0] : high[0]])
    if blocks > 1:
        region = region.reduce(blocks)
    local = (matrix - np.array([[0, 0, low[0]], [0, 0, low[1]]])) / blocks
    return region.transform(
        size,
        Image.Transform.AFFINE,
        tuple(local.ravel()),
        Image.Resampling.BILINEAR,
        fillcolor=outside,
    )
