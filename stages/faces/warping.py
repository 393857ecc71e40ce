"""Sampling parts of a plane along matrices."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.i420 import Frame

MARGIN = 2  # pixels around what is sampled, for the bilinear filter

Matrix = NDArray[np.float64]  # [2, 3]: takes a point of a picture to its place in a plane


@dataclass(frozen=True)
class Part:
    """The part of a plane around what is to be sampled: each pixel the mean over a block."""

    picture: Image.Image | None  # none where the plane ends before it begins
    corner: tuple[int, int] = (0, 0)  # x and y of the picture's in the plane
    blocks: int = 1  # pixels of the plane to one of the picture, each way

    def sampled(self, matrix: Matrix, size: tuple[int, int], outside: int) -> Image.Image:
        """Bilinear samples of the plane, as a picture of `size` (width, height).

        Args:
            matrix: as `Matrix`.
            outside: the value beyond the plane.
        """
        if self.picture is None:
            return Image.new("L", size, outside)
        a, b, x, c, d, y = matrix.ravel().tolist()
        local = (a, b, x - self.corner[0], c, d, y - self.corner[1])
        return self.picture.transform(
            size,
            Image.Transform.AFFINE,
            tuple(value / self.blocks for value in local),
            Image.Resampling.BILINEAR,
            fillcolor=outside,
        )


def part_of(plane: Frame, matrix: Matrix, size: tuple[int, int], blocks: int) -> Part:
    """The part of a plane that pictures of `size` (width, height) along `matrix` lie in.

    Only its pixels are touched.

    Args:
        plane: contiguous.
        blocks: pixels of the plane each way to the mean over which it is shrunk; 1 leaves it.
    """
    whole = Image.fromarray(plane)
    if blocks == 1:
        return Part(whole)
    sides = matrix[:, :2] * size
    low = matrix[:, 2] + np.minimum(sides, 0).sum(axis=1)
    high = matrix[:, 2] + np.maximum(sides, 0).sum(axis=1)
    left, top = (max(0, math.floor(at / blocks) - MARGIN) * blocks for at in low.tolist())
    ends = ((math.ceil(at / blocks) + MARGIN) * blocks for at in high.tolist())
    right, bottom = (min(end, limit) for end, limit in zip(ends, whole.size, strict=True))
    if right <= left or bottom <= top:
        return Part(None)
    return Part(whole.reduce(blocks, (left, top, right, bottom)), (left, top), blocks)


def warp(
    plane: Frame, matrix: Matrix, size: tuple[int, int], outside: int, *, blocks: int
) -> Image.Image:
    """The samples of one picture; see `part_of` and `Part.sampled`."""
    return part_of(plane, matrix, size, blocks).sampled(matrix, size, outside)
