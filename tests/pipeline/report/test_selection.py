"""The rows of a page."""

from collections.abc import Callable
from typing import Any

from pipeline.report.choice import WindowKey
from pipeline.report.selection import shown_failures, shown_pages

Make = Callable[..., Any]


def test_windows_come_in_the_order_they_are_asked_for_those_of_a_video_together(
    write_run: Make, make_annotation: Make
) -> None:
    output = write_run(
        [make_annotation("b", 1, 2), make_annotation("a")], [make_annotation("b", 0, 2)]
    )
    keys = [WindowKey("b", 1), WindowKey("b", 0), WindowKey("a", 0), WindowKey("gone", 0)]
    pages = shown_pages(output, [keys, keys[1:2], [], keys[:1]])
    shown = [[[row["window_id"] for row in rows] for rows in page] for page in pages]
    assert shown == [[["b#1", "b#0"], ["a#0"]], [["b#0"]], [], [["b#1"]]]


def test_the_first_failures_in_order_of_their_ids(write_run: Make, make_failure: Make) -> None:
    output = write_run(failures=[make_failure(name) for name in "yxz"])
    assert [row["video_id"] for row in shown_failures(output, 2)] == ["x", "y"]
