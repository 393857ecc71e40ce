"""How a video was cut into windows, recorded once, so that a later run cuts it alike.

A cut is the rows that the windows of one video began as, one Parquet file a video. Only videos of
several windows need one: a video of one window is either done or owed whole.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import CUTS, cut_name
from pipeline.dataset.reading import FILES_AT_ONCE
from stages.rows import Row, to_table


def record_cut(folder: DatasetFolder, rows: list[Row], columns: pa.Schema) -> None:
    """Write the window rows of one video, if there are several."""
    if len(rows) > 1:
        folder.write_table(cut_name(rows[0]["video_id"]), to_table(rows, columns))


def read_cuts(folder: DatasetFolder, video_ids: Iterable[str]) -> dict[str, pa.Table]:
    """The recorded cuts of those of the videos that have one, by video id."""
    recorded = set(folder.part_names(CUTS))
    names = {video_id: cut_name(video_id) for video_id in video_ids}
    there = {video_id: name for video_id, name in names.items() if name in recorded}
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        return dict(zip(there, pool.map(folder.read_table, there.values()), strict=True))
