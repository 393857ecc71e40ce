"""A large run shows a bounded part."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.totals import count
from pipeline.report import selection
from pipeline.report.selection import shown_rows

Make = Callable[..., Any]


def test_all_of_a_small_run_in_order(write_run: Make, make_annotation: Make) -> None:
    output = write_run(
        [make_annotation("b", 1, 2), make_annotation("a")], [make_annotation("b", 0, 2)]
    )
    shown = shown_rows(output, count(output))
    places = [(name, [row["window_index"] for row in rows]) for name, rows in shown.windows.items()]
    assert places == [("a", [0]), ("b", [0, 1])]


def test_bounds(
    write_run: Make, make_annotation: Make, make_failure: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MOST_VIDEOS", 3)
    monkeypatch.setattr(selection, "MOST_WINDOWS", 5)
    monkeypatch.setattr(selection, "MOST_WINDOWS_A_VIDEO", 4)
    monkeypatch.setattr(selection, "MOST_FAILURES", 2)
    rows = [make_annotation("a", index, 9) for index in range(9)]
    rows += [make_annotation(name) for name in "bcd"]
    output = write_run(rows, failures=[make_failure(name) for name in "xyz"])
    shown = shown_rows(output, count(output))
    assert {name: len(rows) for name, rows in shown.windows.items()} == {"a": 4, "b": 1}
    assert [row["video_id"] for row in shown.failures] == ["x", "y"]
