"""The rows of CSV, TSV and Parquet files, as they stand there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import fsspec
import pyarrow.parquet as pq

from pipeline.manifest.entries import Faults, read_text
from pipeline.manifest.source import suffix
from stages.delimited import Delimited, Fault, plain_name
from stages.faults import SetupError
from stages.media import is_uri

Record = dict[str, Any]


class Records:
    """The columns of a table and its rows, each with the line it stands in."""

    def __init__(self, columns: Sequence[str], rows: Iterator[tuple[int, Record]]) -> None:
        self.columns = list(columns)
        self.rows = rows


def read_records(file: str, wanted: Mapping[str, str], notices: list[str]) -> Records:
    """Open a table; of its columns only those in `wanted` are read.

    Args:
        file: absolute path or URI of a .csv, .tsv or .parquet file.
        wanted: the plain names of columns, and the names the records have them under.
        notices: takes a sentence if the encoding of the text is not certain.

    Raises:
        SetupError: the file cannot be read as what its suffix says; also from `rows`.
    """
    if suffix(file) == ".parquet":
        return _parquet(file, wanted)
    return _delimited(file, wanted, notices)


def _parquet(file: str, wanted: Mapping[str, str]) -> Records:
    try:
        stream = fsspec.open(file, "rb").open() if is_uri(file) else file
        table = pq.ParquetFile(stream)
        columns = [str(name) for name in table.schema_arrow.names]
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{file}: cannot be read as Parquet: {fault}") from fault
    return Records(columns, _parquet_rows(table, wanted, columns))


def _parquet_rows(
    table: Any, wanted: Mapping[str, str], columns: Sequence[str]
) -> Iterator[tuple[int, Record]]:
    names = {
        column: wanted[plain_name(column)] for column in columns if plain_name(column) in wanted
    }
    number = 0
    for batch in table.iter_batches(columns=list(names)):
        for row in batch.to_pylist():
            number += 1
            yield number, {names[column]: value for column, value in row.items()}


def _delimited(file: str, wanted: Mapping[str, str], notices: list[str]) -> Records:
    table = Delimited(
        read_text(file, notices), lambda name: plain_name(name) in wanted, suffix(file)
    )
    if table.fault:
        raise SetupError(f"{file}, line {table.fault.line}: {table.fault.message}")
    return Records(table.columns, _delimited_rows(file, table, wanted))


def _delimited_rows(
    file: str, table: Delimited, wanted: Mapping[str, str]
) -> Iterator[tuple[int, Record]]:
    plain = map(plain_name, table.columns)
    names = {at: wanted[name] for at, name in enumerate(plain) if name in wanted}
    faults = Faults(file)
    for row in table:
        if isinstance(row, Fault):
            faults.add(row.line, row.message)
            if row.is_quote:  # what stands below it cannot be trusted
                break
        else:
            yield row.line, {names[at]: cell for at, cell in enumerate(row.cells) if at in names}
    faults.raise_if_any()
