"""The rows of a page, read from the dataset."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.reading import read_light, read_of
from pipeline.report.choice import WindowKey

WINDOWS_A_PAGE = 100
"""With strips and curves a window takes up to 130 kB, and a browser must open all of them."""

_PAGES_AT_ONCE = 3  # read together: windows from all over a run touch most of its files

_WINDOW_COLUMNS = [
    "video_id",
    "uri",
    "window_id",
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


def shown_pages(
    output: DatasetFolder, pages: Sequence[Sequence[WindowKey]]
) -> Iterator[list[list[dict[str, Any]]]]:
    """For each page the rows of its windows in their order, those of one video together.

    A window that has gone meanwhile is left out.
    """
    for first in range(0, len(pages), _PAGES_AT_ONCE):
        together = pages[first : first + _PAGES_AT_ONCE]
        ids = {key.window_id for page in together for key in page}
        rows: dict[str, dict[str, Any]] = {}
        for row in read_of(output, ANNOTATIONS, _WINDOW_COLUMNS, ids, of="window_id"):
            rows.setdefault(row["window_id"], row)
        for page in together:
            there = (rows[key.window_id] for key in page if key.window_id in rows)
            yield [list(own) for _, own in groupby(there, key=lambda row: row["video_id"])]


def shown_failures(output: DatasetFolder, most: int) -> list[dict[str, Any]]:
    """The first failures that were written, in order of their ids."""
    failures: Iterable[dict[str, Any]] = read_light(output, FAILURES, _FAILURE_COLUMNS)
    return sorted(islice(failures, most), key=_place)


def _place(row: dict[str, Any]) -> tuple[str, int]:
    index = row["window_index"]
    return row["video_id"], -1 if index is None else index
