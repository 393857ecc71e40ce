"""The rows in the part files of a dataset, a few at a time."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.folder import DatasetFolder
from stages.rows import Row

_LIGHT_ROWS = 1024
_HEAVY_ROWS = 64


def read_light(folder: DatasetFolder, kind: str, columns: list[str]) -> Iterator[Row]:
    """Every row of a kind, with `columns` only; a column that the run did not make is None.

    `column.field` reads that field alone of a list of structs, and not the pictures beside it. An
    older run may lack the field: then the structs have another one.
    """
    yield from _read(folder, kind, columns, _LIGHT_ROWS)


def read_heavy(folder: DatasetFolder, kind: str, columns: list[str]) -> Iterator[Row]:
    """As `read_light`, for columns that are large: fewer rows are in memory at once."""
    yield from _read(folder, kind, columns, _HEAVY_ROWS)


def read_of(
    folder: DatasetFolder, kind: str, columns: list[str], video_ids: set[str]
) -> Iterator[Row]:
    """As `read_light`, of the given videos; a part without any costs one column's read."""
    wanted = pa.array(sorted(video_ids), pa.string())
    for name in folder.part_names(kind):
        ids = folder.read_table(name, ["video_id"]).column("video_id")
        if not pc.any(pc.is_in(ids, wanted)).as_py():
            continue
        for batch in _batches(folder, name, columns, _HEAVY_ROWS):
            own = batch.filter(pc.is_in(batch.column("video_id"), wanted))
            yield from _rows(own, columns)


def _read(folder: DatasetFolder, kind: str, columns: list[str], rows: int) -> Iterator[Row]:
    for name in folder.part_names(kind):
        for batch in _batches(folder, name, columns, rows):
            yield from _rows(batch, columns)


def _batches(
    folder: DatasetFolder, name: str, columns: list[str], rows: int
) -> Iterator[pa.RecordBatch]:
    with folder.open(name) as stream:
        file = pq.ParquetFile(stream)
        paths = [file.schema.column(at).path for at in range(len(file.schema))]
        there = [path for column in columns for path in _paths(column, paths)]
        yield from file.iter_batches(rows, columns=there)


def _paths(column: str, paths: list[str]) -> list[str]:
    """Those of a file's `paths` that are read for a column or a field of one."""
    name, _, field = column.partition(".")
    own = [path for path in paths if path.partition(".")[0] == name]
    if not field:
        return own
    return [path for path in own if field in path.split(".")[1:]] or own[:1]


def _rows(batch: pa.RecordBatch, columns: list[str]) -> Iterator[Row]:
    missing = dict.fromkeys(column.partition(".")[0] for column in columns)
    for row in batch.to_pylist():
        yield {**missing, **row}
