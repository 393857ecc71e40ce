"""Faces of a picture made unrecognisable."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.export.media.job import Cover

Plane = NDArray[np.uint8]  # [H, W]

_GROWN = 1.6  # times the box of a detector, which ends at the brows and the chin
_HOLD_S = 1.0  # before a face is first found and after it is last found: it may have been there
_GROWN_A_SECOND = 0.5  # more, while it is not found
_CELLS = 4  # a side of what is left of a face


def cover(planes: Sequence[Plane], covers: Sequence[Cover], time_s: float) -> None:
    """Leave of each face, in place, no more than 4 x 4 means of its colours.

    A box stands between two sightings in a straight line from one to the other; from a second
    before the first until a second after the last it stays where it was, and grows.

    Args:
        planes: of one picture, upright; they may differ in size.
        covers: its faces.
        time_s: when it is on display, seconds of the source.
    """
    for each in covers:
        box = _box_at(each, time_s)
        if box is not None:
            for plane in planes:
                _mean_cells(plane, box)


def _box_at(face: Cover, time_s: float) -> NDArray[np.float64] | None:
    """`x0, y0, x1, y1` as shares, grown; None where the face is not."""
    first_s, last_s = face.times_s[0], face.times_s[-1]
    away_s = max(first_s - time_s, time_s - last_s, 0.0)
    if away_s > _HOLD_S:
        return None
    boxes = np.reshape(face.boxes, (-1, 4)) / 10_000
    x0, y0, x1, y1 = (np.interp(time_s, face.times_s, boxes[:, side]) for side in range(4))
    grown = (_GROWN + _GROWN_A_SECOND * away_s) / 2
    middle, half = ((x0 + x1) / 2, (y0 + y1) / 2), ((x1 - x0) * grown, (y1 - y0) * grown)
    return np.array(
        [middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]]
    )


def _mean_cells(plane: Plane, box: NDArray[np.float64]) -> None:
    height, width = plane.shape
    columns = _edges(box[0] * width, box[2] * width, width)
    rows = _edges(box[1] * height, box[3] * height, height)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            cell = plane[top:bottom, left:right]
            if cell.size:
                cell[...] = round(float(cell.mean()))


def _edges(start: float, end: float, limit: int) -> list[int]:
    """Of the cells along one side, outwards to whole pixels."""
    edges = np.linspace(np.floor(start), np.ceil(end), _CELLS + 1)
    return [int(edge) for edge in np.clip(np.round(edges), 0, limit)]
