"""How a video was cut into windows, recorded once, so that a later run cuts it alike.

A cut is the rows that the windows of one video began as, one Parquet file a video. A video of one
window needs none, for it is done or owed whole, unless its transcript is warned of: then the cut
says which of the warnings on its row are of before the window was seen.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import CUTS, cut_name
from pipeline.dataset.reading import FILES_AT_ONCE
from stages.rows import Row, to_table


def record_cut(folder: DatasetFolder, rows: list[Row], columns: pa.Schema) -> None:
    """Write the window rows of one video, if there are several or one that is warned of."""
    is_warned_of = rows[0].get("error") is None and bool(rows[0].get("warnings"))
    if len(rows) > 1 or is_warned_of:
        folder.write_table(cut_name(rows[0]["video_id"]), to_table(rows, columns))


def read_cuts(folder: DatasetFolder, video_ids: Iterable[str]) -> dict[str, pa.Table]:
    """The recorded cuts of those of the videos that have one, by video id."""
    recorded = set(folder.part_names(CUTS))
    names = {video_id: cut_name(video_id) for video_id in video_ids}
    there = {video_id: name for video_id, name in names.items() if name in recorded}
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        found = zip(there, pool.map(folder.read_table, there.values()), strict=True)
        return {video_id: cut for video_id, cut in found if len(cut)}
