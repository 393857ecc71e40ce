"""Workbooks as label lists."""

import importlib.util
import zipfile
from datetime import time
from pathlib import Path

import openpyxl
import pytest

from pipeline.evaluation.readers import spreadsheet
from pipeline.evaluation.reading import read_predictions
from stages.faults import SetupError


def _write(file: Path, *rows: list[object]) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return str(file)


def test_cells_are_read_as_a_csv_file_would_have_them(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "a.xlsx",
        ["Name", "Labels", "start_s", "end_s", "x", "x"],
        [12.0, "['sad', 'hurt']", 1.5, time(0, 0, 3), None, True],
        [],
        ["b", None, None, None],
    )
    answers = read_predictions(file)
    assert [(row.name, row.labels, row.span_s) for row in answers.rows] == [
        ("12", ("sad", "hurt"), (1.5, 3.0)),
        ("b", (), None),
    ]
    assert answers.notices == (f"{file}: columns that were passed over: x, x (2).",)


def test_other_sheets_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "labels"])
    book.active.append(["a", "sad"])
    book.create_sheet("old")
    book.save(tmp_path / "a.xlsx")
    (notice,) = read_predictions(str(tmp_path / "a.xlsx")).notices
    assert notice.endswith("only its first sheet was read, not old.")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[]], "is empty"),
        ([["colour", "mood"], ["a", "b"]], "its first row holds no known names of columns: colour"),
        ([["name", "labels"], ["a", "sad", "more"]], "row 2: has 3 cells, the header 2"),
        ([["name", "labels"], ["a", 3]], "line 2: the label 3 is a number"),
        ([["name", "reason"], ["a", "b"]], "holds reasons, but no labels"),
        ([["00001.mp4", "他", "He smiles."]], "holds reasons, but no labels"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, rows: list[list[object]], message: str) -> None:
    with pytest.raises(SetupError, match=message) as fault:
        read_predictions(_write(tmp_path / "a.xlsx", *rows))
    assert str(fault.value).startswith(str(tmp_path / "a.xlsx"))


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<no")
    with pytest.raises(SetupError, match="cannot be read as a spreadsheet"):
        read_predictions(str(file))


def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _write(tmp_path / "a.xlsx", ["name", "labels"], ["a", "sad"])
    monkeypatch.setattr(spreadsheet, "MOST_BYTES", 6000)
    with pytest.raises(SetupError, match="is larger than"):
        read_predictions(file)


def test_without_openpyxl_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _write(tmp_path / "a.xlsx", ["name", "labels"], ["a", "sad"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match=r"Install openpyxl .*microemo\[train\]"):
        read_predictions(file)
