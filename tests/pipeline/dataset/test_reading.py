"""Rows are read in batches, of the wanted videos, from whole part files only."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from pipeline.dataset import reading
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.ledger import Ledger, forget_failures
from pipeline.dataset.reading import read_columns, read_light, read_of, read_places, read_row
from pipeline.dataset.state import state_of
from pipeline.dataset.totals import count
from stages.faults import SetupError

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


def test_parts_come_as_columns_in_their_order_however_many(
    write_run: Make, make_annotation: Make
) -> None:
    names = [f"{number:02}" for number in range(20)]
    output = write_run(*[[make_annotation(name)] for name in names])
    tables = list(read_columns(output, "annotations", ["video_id", "media.fps", "mood"]))
    assert [table.column("video_id")[0].as_py() for table in tables] == names
    assert tables[0].column("media").to_pylist() == [{"fps": 25.0}]
    assert tables[0].column("mood").to_pylist() == [None]
    assert list(read_columns(output, "failures", ["video_id"])) == []


def test_a_large_part_comes_a_few_rows_at_a_time_and_in_its_place(
    write_run: Make, make_annotation: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [["a"], ["b", "c", "d", "e", "f"], ["g"]]
    rows = [[make_annotation(name, description=name * 9) for name in names] for names in parts]
    output = write_run(*rows)
    monkeypatch.setattr(reading, "_TABLE_ROWS", 2)
    tables = list(read_columns(output, "annotations", ["video_id", "mood"]))
    assert [table.column("video_id").to_pylist() for table in tables] == [
        *(["a"], ["b", "c"], ["d", "e"], ["f"], ["g"]),
    ]
    assert tables[1].column("mood").to_pylist() == [None, None]
    (row,) = read_of(output, "annotations", ["video_id"], {"f"})
    assert row == {"video_id": "f"}


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


@pytest.mark.parametrize("kind", [ANNOTATIONS, FAILURES])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_named_and_left_alone(
    kind: str, share: float, write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    folder = write_run([make_annotation("a")], failures=[make_failure("b")])
    name = folder.part_names(kind)[0]
    content = folder.read_bytes(name)
    left = content[: int(len(content) * share)]
    folder.write_bytes(name, left)
    readers: list[Callable[[DatasetFolder], object]] = [Ledger.read, count, state_of]
    if kind == FAILURES:
        readers.append(lambda output: forget_failures(output, {"a"}, ["internal"]))
    for read in readers:
        with pytest.raises(SetupError, match=rf"/{name}: cannot be read \(.*Move it out of"):
            read(folder)
    assert folder.read_bytes(name) == left


def test_a_file_of_something_else_is_not_taken_for_done_work(
    write_run: Make, make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")])
    foreign = pa.table({"video_id": ["b"], "uri": ["/b.mp4"], "mood": ["glad"]})
    folder.write_table("annotations/part-x.parquet", foreign)
    with pytest.raises(
        SetupError, match=r"/annotations/part-x\.parquet: is no part of this dataset: it lacks"
    ):
        Ledger.read(folder)


def test_a_row_is_found_by_its_place_in_whichever_row_group_it_is(
    write_run: Make, make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")], [make_annotation(str(n)) for n in range(7)])
    name = folder.part_names(ANNOTATIONS)[1]
    folder.write_table(name, folder.read_table(name), group_rows=2)
    places = [
        (part, number, video_id)
        for part, table in read_places(folder, ANNOTATIONS, ["video_id"])
        for number, video_id in enumerate(table["video_id"].to_pylist())
    ]
    assert len(places) == 8
    for part, number, video_id in places:
        row = read_row(folder, part, number, ["video_id", "label_given"])
        assert row == {"video_id": video_id, "label_given": None}
    with pytest.raises(SetupError, match="has fewer rows than it had"):
        read_row(folder, name, 7, ["video_id"])
