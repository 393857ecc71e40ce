"""The first sheet of an Excel workbook (.xlsx) as the rows of a table."""

import importlib.util
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice

import fsspec

from pipeline.manifest.records import Record, Records, columns_each_once
from stages.faults import SetupError

MOST_BYTES = 256 << 20
"""Of a file, and of its parts together when they are unpacked."""
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200

_WITHOUT_HEADER = ("clip", "chinese", "english")
"""What the columns of MAFW's descriptive_text.xlsx hold, which has no header."""
_CLIP = re.compile(r"[^\s/\\]+\.(?:mp4|avi)", re.IGNORECASE)

_Cells = list[str]


def is_workbook(content: bytes) -> bool:
    """Whether the bytes of a zip file are those of an .xlsx workbook; broken ones are none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def read_content(location: str) -> bytes:
    """The bytes of a file that may be a workbook, at most one more than `MOST_BYTES`.

    Raises:
        SetupError: it cannot be read.
    """
    try:
        with fsspec.open(location, "rb") as stream:
            content: bytes = stream.read(MOST_BYTES + 1)
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{location}: cannot be read: {fault}") from fault
    return content


def spreadsheet_records(
    location: str, content: bytes, is_known: Callable[[str], bool], notices: list[str]
) -> Records:
    """The rows of the first sheet, each cell as the text that a CSV file would have.

    A formula counts by the value that was stored for it.

    Args:
        location: name for errors.
        content: the workbook.
        is_known: whether a column of this name is one that the reader looks for.
        notices: takes a sentence if there are more sheets.

    Raises:
        SetupError: it is broken or larger than the limits, openpyxl is not installed, or its first
            row is no header.
    """
    if importlib.util.find_spec("openpyxl") is None:
        raise SetupError(
            f"{location}: is a spreadsheet. Install openpyxl to have it read "
            "(`pip install 'microemo[train]'`), or save it as CSV."
        )
    rows = _filled(_rows_of(location, content, notices))
    first = next(rows, None)
    if first is None:
        raise SetupError(f"{location}: is empty")
    line, header = first
    if any(is_known(name) for name in header):
        columns = columns_each_once(header)
        return Records(columns, _records(location, columns, rows), decimal_comma=True)
    if len(header) <= len(_WITHOUT_HEADER) and _CLIP.fullmatch(header[0]):
        named = list(_WITHOUT_HEADER[: len(header)])
        return Records(named, _records(location, named, _again((line, header), rows)))
    raise SetupError(
        f"{location}: its first row holds no known names of columns: {', '.join(header[:20])}"
    )


def _rows_of(location: str, content: bytes, notices: list[str]) -> list[_Cells]:
    import openpyxl

    _refuse_large(location, content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if not book.worksheets:
            raise SetupError(f"{location}: has no sheet with cells")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        found = sheet.iter_rows(values_only=True)
        rows = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in islice(found, MOST_ROWS)]
        is_all = next(found, None) is None
    except SetupError:
        raise
    except Exception as fault:  # openpyxl raises whatever its parts do
        raise SetupError(f"{location}: cannot be read as a spreadsheet: {fault}") from fault
    if not is_all:
        raise SetupError(f"{location}: has more than {MOST_ROWS} rows; save it as CSV")
    if len(book.sheetnames) > 1:
        others = ", ".join(book.sheetnames[1:6])
        notices.append(f"{location}: only its first sheet was read, not {others}.")
    return rows


def _refuse_large(location: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, zlib.error) as fault:
        raise SetupError(f"{location}: cannot be read as a spreadsheet: {fault}") from None
    if len(content) > MOST_BYTES or unpacked > MOST_BYTES:
        raise SetupError(f"{location}: is larger than {MOST_BYTES >> 20} MiB; save it as CSV")


def _filled(rows: Sequence[_Cells]) -> Iterator[tuple[int, _Cells]]:
    """The rows that hold anything, with their numbers, and no empty cells at their ends."""
    for number, cells in enumerate(rows, start=1):
        last = max((at for at, cell in enumerate(cells) if cell.strip()), default=None)
        if last is not None:
            yield number, cells[: last + 1]


def _again(
    first: tuple[int, _Cells], others: Iterable[tuple[int, _Cells]]
) -> Iterator[tuple[int, _Cells]]:
    yield first
    yield from others


def _records(
    location: str, columns: Sequence[str], rows: Iterable[tuple[int, _Cells]]
) -> Iterator[tuple[int, Record]]:
    for number, cells in rows:
        if len(cells) > len(columns):
            raise SetupError(
                f"{location}, row {number}: has {len(cells)} cells, the header {len(columns)}"
            )
        yield number, dict(zip(columns, cells, strict=False))


def _text(cell: object) -> str:
    """A cell as text: a whole number without a point, times of day and durations as hours."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    if isinstance(cell, datetime | time):
        return cell.isoformat()
    return str(cell)
