"""Where the faces of a unit are, so that they can be covered."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Any

from pipeline.export.media.job import Cover
from pipeline.export.unit import Unit

_SAME_S = 0.05
_BESIDE_S = 2.0  # a face is covered a while before and after it is found


class NotCoverable(Exception):
    """Why the faces of a unit cannot be covered for sure, in words that many rows share."""


def covers_of(unit: Unit) -> tuple[Cover, ...]:
    """Every face of the window that a unit is of.

    Raises:
        NotCoverable: nobody looked for faces there, or where they were is not kept.
    """
    faces = unit.window["faces"]
    if faces is None:
        raise NotCoverable("its faces were not looked for")
    if any(not face["boxes"] or not face["box_times_s"] for face in faces):
        raise NotCoverable("where its faces are was not kept (faces.keep_boxes)")
    starts_before = unit.start_s < unit.window["start_s"] - _SAME_S
    if starts_before or unit.end_s > unit.window["end_s"] + _SAME_S:
        raise NotCoverable("it reaches beyond the window in which faces were looked for")
    return tuple(_cover(face, unit.start_s, unit.end_s) for face in faces)


def _cover(face: Mapping[str, Any], start_s: float, end_s: float) -> Cover:
    """Where a face is in a stretch, and at the sighting before and the one after."""
    times_s = face["box_times_s"]
    first = max(bisect_left(times_s, start_s - _BESIDE_S) - 1, 0)
    last = bisect_right(times_s, end_s + _BESIDE_S) + 1
    return Cover(tuple(times_s[first:last]), tuple(face["boxes"][4 * first : 4 * last]))
