"""Triangles to pixels: which triangle is seen at each pixel, and where in it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
_SIZES = (0, 2, 4, 6, 9, 14, 24, 48, 400)  # pixels; triangles of a like size are filled together
_EDGE = np.float32(1e-4)


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
    a, b, c = (places[corners[:, corner]] for corner in range(3))
    across = np.stack([a[:, 0], b[:, 0], c[:, 0]])
    down = np.stack([a[:, 1], b[:, 1], c[:, 1]])
    left, right = np.ceil(across.min(axis=0) - 0.5), np.floor(across.max(axis=0) - 0.5)
    top, bottom = np.ceil(down.min(axis=0) - 0.5), np.floor(down.max(axis=0) - 0.5)
    area = (b[:, 1] - c[:, 1]) * (a[:, 0] - c[:, 0]) + (c[:, 0] - b[:, 0]) * (a[:, 1] - c[:, 1])
    seen = (area < -1e-6) | ((area > 1e-6) & both_sides)
    seen &= (right >= np.maximum(left, 0)) & (bottom >= np.maximum(top, 0))
    seen &= (left < width) & (top < height)
    size = np.maximum(right - left, bottom - top) + 1
    pieces = []
    for least, most in zip(_SIZES, _SIZES[1:], strict=False):
        chosen = np.flatnonzero(seen & (size > least) & (size <= most))
        if chosen.size:
            span = np.arange(int(min(most, size[chosen].max())), dtype=np.float32)
            pieces.append(_fill(chosen, a, b, c, left, top, area, span, height, width))
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


def _fill(
    chosen: npt.NDArray[np.intp],
    a: Plane,
    b: Plane,
    c: Plane,
    left: Plane,
    top: Plane,
    area: Plane,
    span: Plane,
    height: int,
    width: int,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Plane, Plane]:
    """Every pixel of the chosen triangles: its number, triangle, weights and nearness."""
    a, b, c = a[chosen], b[chosen], c[chosen]
    columns = left[chosen, None] + span
    rows = top[chosen, None] + span
    dx, dy = columns + 0.5 - c[:, :1], rows + 0.5 - c[:, 1:2]
    scale = 1 / area[chosen, None]
    first = ((b[:, 1:2] - c[:, 1:2]) * dx * scale)[:, None, :]
    first = first + ((c[:, :1] - b[:, :1]) * dy * scale)[:, :, None]
    second = ((c[:, 1:2] - a[:, 1:2]) * dx * scale)[:, None, :]
    second = second + ((a[:, :1] - c[:, :1]) * dy * scale)[:, :, None]
    inside = (first >= -_EDGE) & (second >= -_EDGE) & (first + second <= 1 + _EDGE)
    inside &= ((columns >= 0) & (columns < width))[:, None, :]
    inside &= ((rows >= 0) & (rows < height))[:, :, None]
    which, row, column = np.nonzero(inside)
    w0, w1 = first[which, row, column], second[which, row, column]
    weights = np.stack([w0, w1, 1 - w0 - w1], axis=1).astype(np.float32)
    nearness = (weights * np.stack([a[which, 2], b[which, 2], c[which, 2]], axis=1)).sum(axis=1)
    pixel = rows[which, row].astype(np.intp) * width + columns[which, column].astype(np.intp)
    return pixel, chosen[which], weights, nearness
