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
        n = self.blocks
        local = (a / n, b / n, (x - self.corner[0]) / n, c / n, d / n, (y - self.corner[1]) / n)
        return self.picture.transform(
            size, Image.Transform.AFFINE, local, Image.Resampling.BILINEAR, fillcolor=outside
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
    a, b, x, c, d, y = matrix.ravel().tolist()
    left, right = _limits(x, a * size[0], b * size[1], blocks, whole.width)
    top, bottom = _limits(y, c * size[0], d * size[1], blocks, whole.height)
    if right <= left or bottom <= top:
        return Part(None)
    return Part(whole.reduce(blocks, (left, top, right, bottom)), (left, top), blocks)


def _limits(
    corner: float, along: float, across: float, blocks: int, length: int
) -> tuple[int, int]:
    """The first pixel of whole blocks that hold a side of a picture, and the end."""
    low = corner + min(along, 0.0) + min(across, 0.0)
    high = corner + max(along, 0.0) + max(across, 0.0)
    first = (math.floor(low / blocks) - MARGIN) * blocks
    return max(0, first), min((math.ceil(high / blocks) + MARGIN) * blocks, length)


def warp(
    plane: Frame, matrix: Matrix, size: tuple[int, int], outside: int, *, blocks: int
) -> Image.Image:
    """The samples of one picture; see `part_of` and `Part.sampled`."""
    return part_of(plane, matrix, size, blocks).sampled(matrix, size, outside)
