"""The rows in the part files of an output folder, a few at a time."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.folder import DatasetFolder

_LIGHT_ROWS = 1024
_HEAVY_ROWS = 64


def read_light(output: DatasetFolder, folder: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    """Every row below `folder`, with `columns` only."""
    for name in output.part_names(folder):
        for batch in _batches(output, name, columns, _LIGHT_ROWS):
            yield from batch.to_pylist()


def read_of(
    output: DatasetFolder, folder: str, columns: list[str], video_ids: set[str]
) -> Iterator[dict[str, Any]]:
    """The rows below `folder` of the given videos; a part without any costs one column's read."""
    wanted = pa.array(sorted(video_ids), pa.string())
    for name in output.part_names(folder):
        ids = output.read_table(name, ["video_id"]).column("video_id")
        if not pc.any(pc.is_in(ids, wanted)).as_py():
            continue
        for batch in _batches(output, name, columns, _HEAVY_ROWS):
            yield from batch.filter(pc.is_in(batch.column("video_id"), wanted)).to_pylist()


def _batches(
    output: DatasetFolder, name: str, columns: list[str], rows: int
) -> Iterator[pa.RecordBatch]:
    with output.files.open(f"{output.path}/{name}", "rb") as stream:
        yield from pq.ParquetFile(stream).iter_batches(rows, columns=columns)
