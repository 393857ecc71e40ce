"""The rows of CSV, TSV, JSON Lines and Parquet files, as they stand there."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.manifest.entries import Faults, read_text
from pipeline.manifest.source import suffix
from stages.delimited import Delimited, Fault
from stages.faults import SetupError
from stages.media import is_uri

Record = dict[str, Any]


class Records:
    """The columns of a table and its rows, each with the line it stands in.

    Attributes:
        columns: each name once; of two columns called `x` the second is `x (2)`.
        rows: from line and column to value, once.
        decimal_comma: see `stages.clock.seconds`.
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterator[tuple[int, Record]],
        *,
        decimal_comma: bool = False,
    ) -> None:
        self.columns = list(columns)
        self.rows = rows
        self.decimal_comma = decimal_comma


def read_records(file: str, is_known: Callable[[str], bool], notices: list[str]) -> Records:
    """Open a table.

    Args:
        file: absolute path or URI of a .csv, .tsv, .jsonl or .parquet file.
        is_known: whether a column of this name is one that the reader looks for.
        notices: takes a sentence if the encoding of the text is not certain.

    Raises:
        SetupError: the file cannot be read as what its suffix says; also from `rows`.
    """
    kind = suffix(file)
    if kind == ".parquet":
        return _parquet(file, notices)
    if kind in (".jsonl", ".ndjson"):
        return json_line_records(file, read_text(file, notices))
    return delimited_records(file, read_text(file, notices), is_known, suffix(file))


def _parquet(file: str, notices: list[str]) -> Records:
    try:
        stream = fsspec.open(file, "rb").open() if is_uri(file) else file
        table = pq.ParquetFile(stream)
        columns = [field.name for field in table.schema_arrow if not _holds_bytes(field.type)]
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{file}: cannot be read as Parquet: {fault}") from fault
    left = [name for name in table.schema_arrow.names if name not in columns]
    if left:
        notices.append(f"{file}: columns of bytes that are not read: {', '.join(left)}")
    return Records(columns, _parquet_rows(table, columns))


def _holds_bytes(kind: pa.DataType) -> bool:
    """Whether it is binary, or a list or struct with something binary in it: a picture, a sound."""
    if pa.types.is_nested(kind):
        return any(_holds_bytes(kind.field(at).type) for at in range(kind.num_fields))
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(is_of(kind) for is_of in kinds)


def _parquet_rows(table: Any, columns: Sequence[str]) -> Iterator[tuple[int, Record]]:
    batches = table.iter_batches(columns=columns)
    rows = (row for batch in batches for row in batch.to_pylist())
    yield from enumerate(rows, start=1)


def json_line_records(file: str, text: str) -> Records:
    """An object in each line; together they have the columns that any of them has.

    Args:
        file: name for errors.

    Raises:
        SetupError: a line is no JSON object.
    """
    faults = Faults(file)
    rows: list[tuple[int, Record]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as fault:
            faults.add(number, f"is not JSON ({fault})")
            continue
        if isinstance(record, dict):
            rows.append((number, record))
        else:
            faults.add(number, 'is no JSON object, as {"video": "a.mp4"} is')
    faults.raise_if_any()
    columns = dict.fromkeys(name for _, record in rows for name in record)
    return Records(list(columns), iter(rows))


def delimited_records(
    file: str, text: str, is_known: Callable[[str], bool], ending: str = ".csv"
) -> Records:
    """The rows of a delimited text, see `stages.delimited.Delimited`.

    Args:
        file: name for errors.

    Raises:
        SetupError: its header is broken; also from `rows`, for the faults of the rows.
    """
    table = Delimited(text, is_known, ending)
    if table.fault:
        raise SetupError(f"{file}, line {table.fault.line}: {table.fault.message}")
    columns = columns_each_once(table.columns)
    rows = _delimited_rows(file, table, columns)
    return Records(columns, rows, decimal_comma=table.decimal_comma)


def columns_each_once(names: Sequence[str]) -> list[str]:
    """The names; of two called `x` the second is `x (2)`."""
    taken: dict[str, int] = {}
    once = []
    for name in names:
        taken[name] = taken.get(name, 0) + 1
        once.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return once


def _delimited_rows(
    file: str, table: Delimited, columns: Sequence[str]
) -> Iterator[tuple[int, Record]]:
    faults = Faults(file)
    for row in table:
        if isinstance(row, Fault):
            faults.add(row.line, row.message)
            if row.is_quote:  # what stands below it cannot be trusted
                break
        else:
            yield row.line, dict(zip(columns, row.cells, strict=False))
    faults.raise_if_any()
