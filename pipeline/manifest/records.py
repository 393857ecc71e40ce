"""The rows of CSV, TSV and Parquet files, as they stand there."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import fsspec
import pyarrow.parquet as pq

from pipeline.manifest import remote
from pipeline.manifest.entries import Faults, read_text
from pipeline.manifest.source import suffix
from stages.faults import SetupError

Record = dict[str, Any]


class Records:
    """The columns of a table and its rows, each with the line it stands in."""

    def __init__(self, columns: Sequence[str], rows: Iterator[tuple[int, Record]]) -> None:
        self.columns = list(columns)
        self.rows = rows


def read_records(file: str, wanted: Mapping[str, str]) -> Records:
    """Open a table; of its columns only those in `wanted` are read.

    Args:
        file: absolute path or URI of a .csv, .tsv or .parquet file.
        wanted: the names of columns as they may stand in the file, in small letters, and the
            names the records have them under.

    Raises:
        SetupError: the file cannot be read as what its suffix says; also from `rows`.
    """
    if suffix(file) == ".parquet":
        return _parquet(file, wanted)
    return _delimited(file, wanted)


def _parquet(file: str, wanted: Mapping[str, str]) -> Records:
    try:
        stream = fsspec.open(file, "rb").open() if remote.is_uri(file) else file
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


def _delimited(file: str, wanted: Mapping[str, str]) -> Records:
    text = read_text(file)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(file, text), strict=True
    )
    try:
        header = next(reader, [])
    except csv.Error as fault:
        raise SetupError(f"{file}, line 1: {fault}") from None
    return Records(header, _delimited_rows(file, reader, header, wanted))


def _delimiter(file: str, text: str) -> str:
    """A tab in .tsv; in .csv what the header uses: spreadsheets also write `;` and tabs."""
    if suffix(file) == ".tsv":
        return "\t"
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _delimited_rows(
    file: str, reader: Any, header: Sequence[str], wanted: Mapping[str, str]
) -> Iterator[tuple[int, Record]]:
    names = {
        at: wanted[plain_name(name)] for at, name in enumerate(header) if plain_name(name) in wanted
    }
    faults = Faults(file)
    line = reader.line_num + 1
    try:
        for cells in reader:
            if len(cells) > len(header):
                faults.add(
                    line,
                    f"has {len(cells)} cells, the header has {len(header)}; "
                    "put text that holds the delimiter in double quotes",
                )
            elif any(cell.strip() for cell in cells):
                yield line, {names[at]: cell for at, cell in enumerate(cells) if at in names}
            line = reader.line_num + 1
    except csv.Error as fault:
        raise SetupError(f"{file}, line {line}: {fault}") from None
    faults.raise_if_any()


def plain_name(column: str) -> str:
    """A column's name without what writers differ in: `Start Time` is `start_time`."""
    return "_".join(column.strip().casefold().replace("-", " ").split())
