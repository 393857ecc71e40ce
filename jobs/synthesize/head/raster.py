"""Triangles to pixels: which triangle is seen at each pixel, and where in it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
_SIZES = (0, 2, 4, 6, 9, 14, 24, 48, 10_000)  # pixels; triangles of a like size are filled together
_EDGE = np.float32(1e-4)
_FLAT = 1e-6


@dataclass(frozen=True)
class Seen:
    """What is seen where.

    Attributes:
        rows, columns: int [k], the pixels that anything covers.
        triangles: int [k], the row of the foremost triangle.
        weights: float32 [k, 3], of its corners.
    """

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    triangles: npt.NDArray[np.intp]
    weights: Plane

    def interpolate(self, corners: npt.NDArray[np.int32], values: Plane) -> Plane:
        """`values` of the vertices, float32 [n, c], at each pixel, [k, c].

        `corners` are the triangles that were rasterised, int32 [m, 3].
        """
        at = corners[self.triangles]
        found: Plane = np.einsum("kj,kjc->kc", self.weights, values[at])
        return found

    def only(self, kept: npt.NDArray[np.bool_]) -> "Seen":
        """Some of the pixels; `kept` is bool [k]."""
        return Seen(self.rows[kept], self.columns[kept], self.triangles[kept], self.weights[kept])


def rasterise(
    places: Plane, corners: npt.NDArray[np.int32], height: int, width: int, both_sides: bool = False
) -> Seen:
    """Find the foremost triangle at each pixel's centre.

    Args:
        places: float32 [n, 3], column, row and nearness of each vertex.
        corners: int32 [m, 3]. Seen from the front they run clockwise on the picture; what turns its
            back is left out, but for `both_sides`.
        height, width: of the picture, pixels.
        both_sides: whether what turns its back is seen too.
    """
    triangles = _Triangles.of(places[corners], height, width, both_sides)
    pieces = []
    for least, most in pairwise(_SIZES):
        chosen = np.flatnonzero((triangles.size > least) & (triangles.size <= most))
        if chosen.size:
            pieces.append(triangles.fill(chosen, height, width))
    if not pieces:
        none = np.empty(0, np.intp)
        return Seen(none, none, none, np.empty((0, 3), np.float32))
    pixel, triangle, weights, nearness = (
        np.concatenate(part) for part in zip(*pieces, strict=True)
    )
    order = np.argsort(nearness, kind="stable")
    foremost = np.full(height * width, -1, np.intp)
    foremost[pixel[order]] = order
    kept = foremost[foremost >= 0]
    rows, columns = np.divmod(pixel[kept], width)
    return Seen(rows, columns, triangle[kept], weights[kept])


@dataclass(frozen=True)
class _Triangles:
    """Triangles on a picture.

    Attributes:
        corners: float32 [m, 3, 3], of each corner the column, row and nearness.
        first: int [m, 2], the leftmost column and the uppermost row whose middle may be inside.
        size: int [m], columns or rows, whichever are more; 0 for what cannot be seen.
        area: float32 [m], twice the area, with a sign by the sense in which the corners run.
    """

    corners: Plane
    first: npt.NDArray[np.intp]
    size: npt.NDArray[np.intp]
    area: Plane

    @classmethod
    def of(cls, corners: Plane, height: int, width: int, both_sides: bool) -> "_Triangles":
        flat = corners[..., :2]
        low = np.ceil(flat.min(axis=1) - 0.5).astype(np.intp)
        high = np.floor(flat.max(axis=1) - 0.5).astype(np.intp)
        (ax, ay), (bx, by), (cx, cy) = flat.transpose(1, 2, 0)
        area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
        seen = (area < -_FLAT) | ((area > _FLAT) & both_sides)
        seen &= (high >= np.maximum(low, 0)).all(axis=1) & (low < (width, height)).all(axis=1)
        return cls(corners, low, np.where(seen, (high - low).max(axis=1) + 1, 0), area)

    def fill(
        self, chosen: npt.NDArray[np.intp], height: int, width: int
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Plane, Plane]:
        """Every pixel of the chosen triangles: its number, triangle, weights and nearness."""
        a, b, c = self.corners[chosen].transpose(1, 0, 2)
        span = np.arange(self.size[chosen].max())
        columns = self.first[chosen, :1] + span
        rows = self.first[chosen, 1:] + span
        dx = (columns + np.float32(0.5) - c[:, :1]) / self.area[chosen, None]
        dy = (rows + np.float32(0.5) - c[:, 1:2]) / self.area[chosen, None]
        first = ((b - c)[:, 1:2] * dx)[:, None, :] + ((c - b)[:, :1] * dy)[:, :, None]
        second = ((c - a)[:, 1:2] * dx)[:, None, :] + ((a - c)[:, :1] * dy)[:, :, None]
        inside = (first >= -_EDGE) & (second >= -_EDGE) & (first + second <= 1 + _EDGE)
        inside &= ((columns >= 0) & (columns < width))[:, None, :]
        inside &= ((rows >= 0) & (rows < height))[:, :, None]
        which, row, column = np.nonzero(inside)
        w0, w1 = first[which, row, column], second[which, row, column]
        weights = np.stack([w0, w1, 1 - w0 - w1], axis=1).astype(np.float32)
        nearness = (weights * self.corners[chosen, :, 2][which]).sum(axis=1)
        return rows[which, row] * width + columns[which, column], chosen[which], weights, nearness
