"""Which rows of a large run the page shows, so that a browser can open it."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.reading import read_light, read_of
from pipeline.dataset.totals import Totals

MOST_VIDEOS = 200
MOST_WINDOWS = 250  # of all videos together; with strips and curves one takes up to 130 kB
MOST_WINDOWS_A_VIDEO = 40
MOST_FAILURES = 500

_WINDOW_COLUMNS = [
    "video_id",
    "uri",
    "window_index",
    "window_count",
    "start_s",
    "end_s",
    "media",
    "language",
    "utterances",
    "description",
    "labels",
    "label_confidence",
    "labels_raw",
    "clues",
    "evidence_coverage",
    "abstained",
    "faces",
    "face_strip",
    "micro_events",
    "face_events",
    "face_curves.track_id",
    "face_curves.times_s",
    "face_curves.regions",
    "warnings",
]
_FAILURE_COLUMNS = ["video_id", "uri", "window_index", "start_s", "end_s", "error"]


@dataclass(frozen=True)
class ShownRows:
    """The rows on the page."""

    windows: dict[str, list[dict[str, Any]]]  # by video id; both in order
    failures: list[dict[str, Any]]


def shown_rows(output: DatasetFolder, totals: Totals) -> ShownRows:
    """The first windows of the first videos by id, and the first failures written."""
    chosen = _chosen(totals)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in read_of(output, ANNOTATIONS, _WINDOW_COLUMNS, set(chosen)):
        if row["window_index"] in chosen[row["video_id"]]:
            found.setdefault((row["video_id"], row["window_index"]), row)
    windows: dict[str, list[dict[str, Any]]] = {}
    for video_id, window_index in sorted(found):
        windows.setdefault(video_id, []).append(found[video_id, window_index])
    failures = islice(read_light(output, FAILURES, _FAILURE_COLUMNS), MOST_FAILURES)
    return ShownRows(windows, sorted(failures, key=_place))


def _chosen(totals: Totals) -> dict[str, set[int]]:
    """The window indices to show of each video."""
    chosen: dict[str, set[int]] = {}
    room = MOST_WINDOWS
    for video_id in totals.annotated[:MOST_VIDEOS]:
        windows = sorted(totals.videos[video_id].annotated)[: min(room, MOST_WINDOWS_A_VIDEO)]
        if not windows:
            break
        chosen[video_id] = set(windows)
        room -= len(windows)
    return chosen


def _place(row: dict[str, Any]) -> tuple[str, int]:
    index = row["window_index"]
    return row["video_id"], -1 if index is None else index
