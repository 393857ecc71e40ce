"""How a video was cut into windows, recorded once, so that a later run cuts it alike.

A cut is the rows that `segment` gave for one video, one Parquet file a video. Only videos of
several windows need one: a video of one window is either done or owed whole.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from pipeline.dataset.folder import DatasetFolder
from stages.rows import to_table

CUTS = "cuts"


def record_cut(output: DatasetFolder, rows: list[dict[str, Any]], columns: pa.Schema) -> None:
    """Write the window rows of one video, if there are several."""
    if len(rows) > 1:
        output.write_table(_name(rows[0]["video_id"]), to_table(rows, columns))


def read_cuts(output: DatasetFolder, video_ids: Iterable[str]) -> dict[str, pa.Table]:
    """The recorded cuts of those of the videos that have one, by video id."""
    recorded = set(output.part_names(CUTS))
    names = {video_id: _name(video_id) for video_id in video_ids}
    return {
        video_id: output.read_table(name) for video_id, name in names.items() if name in recorded
    }


def _name(video_id: str) -> str:
    return f"{CUTS}/{hashlib.sha256(video_id.encode()).hexdigest()[:24]}.parquet"
