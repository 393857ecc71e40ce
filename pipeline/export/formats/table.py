"""A flat table of the rows, a file for each split: Parquet, and the same as CSV and JSONL."""

import json
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.folder import PARQUET
from pipeline.export.formats.csv_text import csv_line
from pipeline.export.formats.format import Format
from pipeline.export.output import Output
from pipeline.export.unit import ExportedVideo, Unit
from stages.rows import Row

_MORE = (
    pa.field("machine_description", pa.string()),
    pa.field("machine_labels", pa.list_(pa.string())),
    pa.field("media_uri", pa.string()),
    pa.field("media_begins_s", pa.float64()),
)
_ROWS_AT_ONCE = 4096


class Table(Format):
    """`<split>.parquet`, `<split>.csv` and `<split>.jsonl` with equal rows.

    In CSV and JSONL, times of the clock are ISO 8601; in CSV, lists and maps are JSON.
    """

    purpose = "a flat table of all columns, as Parquet, CSV and JSONL"
    is_told_by_clip = False

    def __init__(self, output: Output, *arguments: Any) -> None:
        super().__init__(output, *arguments)
        self._splits: dict[str, _Split] = {}

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            if unit.split not in self._splits:
                columns = pa.schema([*self.columns, *_MORE])
                self._splits[unit.split] = _Split(self.output, unit.split, columns)
            self._splits[unit.split].add(_row(unit))

    def finish(self) -> None:
        for split in self._splits.values():
            split.close()


class _Split:
    """The three files of a split."""

    def __init__(self, output: Output, name: str, columns: pa.Schema) -> None:
        self._columns = columns
        self._waiting: list[Row] = []
        self._parquet = output.growing(f"{name}.parquet")
        self._csv = output.growing(f"{name}.csv")
        self._jsonl = output.growing(f"{name}.jsonl")
        self._writer = pq.ParquetWriter(self._parquet.stream, columns, **PARQUET)
        self._csv.write(csv_line(columns.names))

    def add(self, row: Row) -> None:
        self._waiting.append(row)
        plain = {field.name: _plain(row.get(field.name), field) for field in self._columns}
        self._csv.write(csv_line([_cell(value) for value in plain.values()]))
        self._jsonl.write_line(plain)
        if len(self._waiting) == _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()
        for file in (self._parquet, self._csv, self._jsonl):
            file.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._columns))
        self._waiting = []


def _row(unit: Unit) -> Row:
    return {
        **unit.row,
        "machine_description": unit.machine.description,
        "machine_labels": list(unit.machine.labels),
        "media_uri": unit.clip.uri,
        "media_begins_s": unit.clip.begins_s,
    }


def _plain(value: Any, field: pa.Field) -> Any:
    """As JSON has it."""
    if pa.types.is_map(field.type) and value is not None:
        return dict(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
