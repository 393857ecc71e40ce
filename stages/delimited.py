"""Delimited text (CSV, TSV): its delimiter, columns and rows, and what is wrong in it by line."""

import csv
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

_DELIMITERS = ",;\t"  # spreadsheets write any of them into .csv
# Quotes count at the start of a cell alone; inside them a doubled quote stands for one.
_QUOTED = re.compile(r'(?<![^,;\t\n])"[^"]*+(?:""[^"]*+)*+"')
_HEADER = re.compile(rf"(?:{_QUOTED.pattern}|[^\n])*+")
_SEPARATORS = str.maketrans("", "", f'{_DELIMITERS}\n"')


@dataclass(frozen=True)
class Record:
    """A row of no more cells than there are columns, perhaps fewer, and the line it starts in."""

    line: int  # from 1
    cells: list[str]


@dataclass(frozen=True)
class Fault:
    """What is wrong with the row that starts in a line."""

    line: int  # from 1
    message: str
    is_quote: bool  # a broken quote: which cells the text holds from here on is a guess


class Delimited:
    """A text of rows and cells. Iterating it gives each row as a `Record` or a `Fault`, in order.

    Rows without anything in their cells are passed over. After a broken quote reading goes on
    with the next line, which may cost as many looks through the text as there are broken quotes:
    a reader should stop after a fair number.

    Attributes:
        columns: the first line that is not empty, as written; none in an empty text.
        fault: the header's broken quote. `columns` are then what its first line gives.
        decimal_comma: whether a comma within a cell can be a decimal mark alone, because another
            character delimits.
    """

    def __init__(self, text: str, is_known: Callable[[str], bool], ending: str = ".csv") -> None:
        """Read the header.

        Args:
            text: decoded, line ends as `\\n`.
            is_known: whether a column of this name is one that the reader looks for; of two
                delimiters the one that gives more of them is taken.
            ending: of the file's name, small letters: in `.tsv` only a tab delimits.
        """
        self._lines = text.split("\n")
        first = next((at for at, line in enumerate(self._lines) if line.strip()), 0)
        self._delimiter = "\t" if ending == ".tsv" else _delimiter(self._lines[first:], is_known)
        self.decimal_comma = self._delimiter != ","
        self.fault: Fault | None = None
        self.columns, self._body = self._header(first)

    def __iter__(self) -> Iterator[Record | Fault]:
        """The rows below the header.

        No error is raised for what they hold: every fault is given as one.
        """
        begin: int | None = self._body
        while begin is not None:
            begin = yield from self._rows(begin)

    def _header(self, first: int) -> tuple[list[str], int]:
        """The columns, and the index of the line below them."""
        reader = csv.reader(self._from(first), delimiter=self._delimiter, strict=True)
        try:
            return next(reader), first + reader.line_num
        except csv.Error as error:
            self.fault = _broken(first + 1, error)
        try:
            return next(csv.reader([self._lines[first]], delimiter=self._delimiter)), first + 1
        except csv.Error:  # longer than any header
            return [], first + 1

    def _rows(self, begin: int) -> Generator[Record | Fault, None, int | None]:
        """The rows from the line of index `begin` on; returns where to go on, None at the end."""
        reader = csv.reader(self._from(begin), delimiter=self._delimiter, strict=True)
        while True:
            line = begin + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return None
            except csv.Error as error:
                yield _broken(line, error)
                return line
            if any(cell.strip() for cell in cells):
                yield self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> Record | Fault:
        if len(cells) <= len(self.columns):
            return Record(line, cells)
        message = (
            f"has {len(cells)} cells, the header has {len(self.columns)}; "
            "put text that holds the delimiter in double quotes"
        )
        return Fault(line, message, is_quote=False)

    def _from(self, begin: int) -> Iterator[str]:
        return (f"{self._lines[at]}\n" for at in range(begin, len(self._lines)))


def plain_name(column: str) -> str:
    """A column's name without what writers differ in: `Start Time`, `start_time`: `starttime`."""
    return re.sub(r"[\s_-]+", "", column.casefold())


def _delimiter(lines: list[str], is_known: Callable[[str], bool]) -> str:
    """The delimiter outside quotes that gives most columns of known names, then most columns."""
    header = _HEADER.match("\n".join(lines))
    quotes_closed = _QUOTED.sub(
        lambda quoted: quoted[0].translate(_SEPARATORS), header[0] if header else ""
    )

    def worth(mark: str) -> tuple[int, int]:
        return sum(map(is_known, quotes_closed.split(mark))), quotes_closed.count(mark)

    return max(_DELIMITERS, key=worth)


def _broken(line: int, error: csv.Error) -> Fault:
    return Fault(line, f"an unclosed or misplaced quote ({error})", is_quote=True)
