"""Rows are read in batches, of the wanted videos, from whole part files only."""

from collections.abc import Callable
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.reading import read_light, read_of

Make = Callable[..., Any]


def test_every_row_of_every_part_with_the_columns_asked_for(
    write_run: Make, make_annotation: Make
) -> None:
    output = write_run([make_annotation("a"), make_annotation("b")], [make_annotation("c")])
    rows = list(read_light(output, "annotations", ["video_id", "abstained"]))
    assert rows == [{"video_id": name, "abstained": False} for name in "abc"]


def test_a_field_of_structs_is_read_without_the_others(
    write_run: Make, make_annotation: Make, make_event: Make
) -> None:
    output = write_run([make_annotation("a", micro_events=[make_event(0, 1, 2, strip=b"jpeg")])])
    (row,) = read_light(output, "annotations", ["micro_events.kind", "face_events.kind"])
    assert row == {"micro_events": [{"kind": "micro"}], "face_events": None}
    (older,) = read_light(output, "annotations", ["micro_events.sort"])
    assert len(older["micro_events"]) == 1


def test_only_the_wanted_videos(write_run: Make, make_annotation: Make) -> None:
    parts = [[make_annotation(name) for name in names] for names in ("ab", "cd", "ea")]
    rows = read_of(write_run(*parts), "annotations", ["video_id"], {"a", "d"})
    assert [row["video_id"] for row in rows] == ["a", "d", "a"]


def test_more_rows_than_a_batch(write_run: Make, make_annotation: Make) -> None:
    rows = [make_annotation(f"{number:03}", face_strip=None) for number in range(150)]
    read = read_of(write_run(rows), "annotations", ["video_id"], {"000", "149"})
    assert [row["video_id"] for row in read] == ["000", "149"]


def test_a_folder_that_is_not_there_holds_no_rows(write_run: Make) -> None:
    output: DatasetFolder = write_run()
    assert list(read_light(output, "failures", ["video_id"])) == []
    assert list(read_of(output, "annotations", ["video_id"], {"a"})) == []
