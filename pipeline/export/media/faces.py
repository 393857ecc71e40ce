"""Where the faces of a unit are, so that they can be covered."""

from pipeline.export.media.job import Cover
from pipeline.export.unit import Unit

_SAME_S = 0.05


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
    return tuple(Cover(tuple(face["box_times_s"]), tuple(face["boxes"])) for face in faces)
