"""Delimited text: what it holds, and where what is wrong in it stands."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.delimited import Delimited, Fault, Record, plain_name

_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
_CELLS = st.lists(st.text(_LETTERS, max_size=6), min_size=2, max_size=2)


def _read(text: str, *known: str, ending: str = ".csv") -> Delimited:
    return Delimited(text, lambda name: plain_name(name) in known, ending)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("a,b", ["a", "b"]),
        ("a;b", ["a", "b"]),
        ("a\tb", ["a", "b"]),
        ('"a;b",c', ["a;b", "c"]),
        ('"a;b;c;d",e', ["a;b;c;d", "e"]),
        ('"a,""b,c";d', ['a,"b,c', "d"]),
        ('"a,\nb,c";d', ["a,\nb,c", "d"]),
        ('"a";"b,c,d"', ["a", "b,c,d"]),
        ('5" disk, 3" disk;b, c', ['5" disk', ' 3" disk;b', " c"]),
        ("one", ["one"]),
        ("\n \na,b", ["a", "b"]),
        ("", []),
    ],
)
def test_the_delimiter_is_that_of_the_header_outside_quotes(
    header: str, columns: list[str]
) -> None:
    table = _read(header and f"{header}\n")
    assert table.columns == columns
    assert table.fault is None
    assert list(table) == []


def test_the_delimiter_that_gives_known_columns_goes_before_the_more_frequent() -> None:
    assert _read("text;notes (a, b, c)\n", "text").columns == ["text", "notes (a, b, c)"]
    assert _read('"text";notes (a, b, c)\n', "text").columns == ["text", "notes (a, b, c)"]
    assert len(_read("text;notes (a, b, c)\n").columns) == 3


def test_in_tsv_only_a_tab_delimits() -> None:
    assert _read("a,b;c\td\n", "a", ending=".tsv").columns == ["a,b;c", "d"]
    assert _read("a,b\n", "a", ending=".tsv").columns == ["a,b"]


def test_lines_are_counted_through_quoted_line_breaks_and_empty_lines() -> None:
    table = _read('\n"a\nb",c\n\n1,2\n"x\ny",3\n , \n4\n')
    assert list(table) == [Record(5, ["1", "2"]), Record(6, ["x\ny", "3"]), Record(9, ["4"])]


def test_more_cells_than_columns_are_a_fault_of_that_line_alone() -> None:
    fault, record = _read("a,b\n1,2,3\n4,5\n")
    assert fault == Fault(
        2,
        "has 3 cells, the header has 2; put text that holds the delimiter in double quotes",
        is_quote=False,
    )
    assert record == Record(3, ["4", "5"])


def test_after_a_broken_quote_reading_goes_on_with_the_next_line() -> None:
    rows = list(_read('a,b\n1,"x\n2,y\n3,"z" z\n4,w\n'))
    assert [(row.line, isinstance(row, Fault)) for row in rows] == [
        (2, True),
        (3, False),
        (4, True),
        (5, False),
    ]
    assert all(row.is_quote for row in rows if isinstance(row, Fault))


def test_a_broken_quote_in_the_header_is_kept_to_its_line() -> None:
    table = _read('\n"a,b\n1\n')
    assert table.fault is not None
    assert (table.fault.line, table.fault.is_quote) == (2, True)
    assert list(table) == [Record(3, ["1"])]


def test_a_line_longer_than_any_header() -> None:
    table = _read("x" * 200_000)
    assert table.columns == []
    assert table.fault is not None


@pytest.mark.parametrize("name", ["Start Time", "start_time", " START-TIME ", "StartTime"])
def test_plain_names(name: str) -> None:
    assert plain_name(name) == "starttime"


@given(_CELLS, st.lists(_CELLS), st.sampled_from(",;\t"))
def test_what_was_written_is_read_back_with_its_lines(
    header: list[str], rows: list[list[str]], delimiter: str
) -> None:
    written, expected = io.StringIO(), []
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        line = written.getvalue().count("\n") + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append(Record(line, row))
    table = _read(written.getvalue())
    assert table.columns == header
    assert list(table) == expected


@given(st.text(st.sampled_from('ab,;\t"\n '), max_size=60), st.sampled_from([".csv", ".tsv"]))
def test_any_text_is_read_to_its_end(text: str, ending: str) -> None:
    table = _read(text, "a", ending=ending)
    lines = [row.line for row in table]
    assert lines == sorted(set(lines))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)
