"""Descriptions on the clock of the clip that a row names."""

from dataclasses import replace

from pipeline.export.unit import ExportedVideo, Unit
from stages.answer import moved_times


def on_clip_clock(video: ExportedVideo) -> ExportedVideo:
    """The video with descriptions whose second 0 is the first of each unit's clip.

    In a row of `annotations` it is the start of the window. A sentence that names a time which the
    clip does not hold tells of something that is not in it, and is left out.
    """
    return replace(video, units=[_on_clock(unit, video) for unit in video.units])


def _on_clock(unit: Unit, video: ExportedVideo) -> Unit:
    if not unit.row["description"] and not unit.machine.description:
        return unit
    clip = unit.clip
    by_s = unit.window["start_s"] - clip.begins_s
    ends_s = (video.media.get("duration_s") or 0.0) if clip.is_whole else unit.end_s
    length_s = max(ends_s, unit.end_s) - clip.begins_s

    def moved(text: str | None) -> str | None:
        return text and moved_times(text, by_s, length_s)

    row = {**unit.row, "description": moved(unit.row["description"])}
    machine = replace(unit.machine, description=moved(unit.machine.description))
    return replace(unit, row=row, machine=machine)
