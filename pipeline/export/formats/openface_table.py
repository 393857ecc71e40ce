"""The movements of a face in the table that OpenFace 2 writes (`FeatureExtraction`, CSV).

Columns have OpenFace's names and order, as far as there are values for them:

    frame, face_id, timestamp, confidence, success, AU01_r, ..., AU01_c, ...

Landmarks, gaze and pose are left out rather than filled with zeros. Two columns are not what
OpenFace measures: `AUxx_r`, 0 to 5 there, is five times our share of the largest movement, and
`AUxx_c`, a classifier's word there, is 1 within an event that names the unit. `frame` is the
file's, from 1 on, by its time and the mean frame rate; there is a row for each analysis frame only.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_LARGEST = 5.0
_UNIT = re.compile(r"(?:AU)?0*([1-9][0-9]?)", re.IGNORECASE)
_SEPARATOR = ", "  # as OpenFace writes it

Values = Sequence[float | None]


def tables(row: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Each track of a window with its table.

    Args:
        row: with `media`, `faces`, `micro_events`, `face_events` and `face_curves`; a track
            without action units in its curves has no table.
    """
    scores = {face["track_id"]: face["score"] for face in row["faces"] or []}
    for track in row["face_curves"] or []:
        units = _units(track)
        if units and track["times_s"]:
            columns = _columns(row, track, scores.get(track["track_id"]))
            columns |= _intensities(units) | _presences(row, track, units)
            yield track["track_id"], _written(columns)


def _columns(
    row: Mapping[str, Any], track: Mapping[str, Any], score: float | None
) -> dict[str, list[str]]:
    times_s = track["times_s"]
    fps = (row["media"] or {}).get("fps")
    known = {} if score is None else {"confidence": [f"{score:.2f}"] * len(times_s)}
    frames = {"frame": [str(round(time_s * fps) + 1) for time_s in times_s]} if fps else {}
    return {
        **frames,
        "face_id": [str(track["track_id"])] * len(times_s),
        "timestamp": [f"{time_s:.3f}" for time_s in times_s],
        **known,
        "success": ["1"] * len(times_s),
    }


def _units(track: Mapping[str, Any]) -> dict[int, Values]:
    """The curves of action units by their number, ascending; others are no part of the table."""
    found: dict[int, Values] = {}
    for unit in track["units"] or []:
        number = _UNIT.fullmatch(unit["name"] or "")
        if number:
            found[int(number.group(1))] = unit["values"] or []
    return dict(sorted(found.items()))


def _intensities(units: Mapping[int, Values]) -> dict[str, list[str]]:
    return {f"AU{unit:02}_r": list(map(_intensity, values)) for unit, values in units.items()}


def _intensity(value: float | None) -> str:
    """On OpenFace's scale; "" where nothing was measured."""
    if value is None or not math.isfinite(value):
        return ""
    return f"{_LARGEST * min(max(value, 0.0), 1.0):.2f}"


def _presences(
    row: Mapping[str, Any], track: Mapping[str, Any], units: Mapping[int, Values]
) -> dict[str, list[str]]:
    """No columns where nobody looked for events."""
    if row["micro_events"] is None and row["face_events"] is None:
        return {}
    events = [
        event
        for event in (*(row["micro_events"] or []), *(row["face_events"] or []))
        if event["track_id"] == track["track_id"]
    ]
    named = {unit for event in events for unit in event["action_units"] or []}
    present = {unit: ["0"] * len(track["times_s"]) for unit in sorted({*units, *named})}
    for event in events:
        first = bisect_left(track["times_s"], event["onset_s"])
        end = bisect_right(track["times_s"], event["offset_s"])
        for unit in event["action_units"] or []:
            present[unit][first:end] = ["1"] * (end - first)
    return {f"AU{unit:02}_c": values for unit, values in present.items()}


def _written(columns: Mapping[str, Sequence[str]]) -> str:
    lines = [columns.keys(), *zip(*columns.values(), strict=True)]
    return "".join(f"{_SEPARATOR.join(line)}\n" for line in lines)
