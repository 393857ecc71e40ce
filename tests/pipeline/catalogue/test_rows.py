"""The flat rows of a dataset."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from pipeline.catalogue import catalogue, read_catalogue
from pipeline.catalogue.columns import COLUMNS
from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_COLUMNS, Row, schema, to_table

Make = Callable[..., Row]


@pytest.fixture
def folder(
    write_run: Callable[..., DatasetFolder], make_annotation: Make, make_utterance: Make
) -> DatasetFolder:
    spoken = [
        make_utterance(0, 1.0, 2.0, speaker="A", text="Oh."),
        make_utterance(1, 2.5, 4.0, speaker="A", text=None, labels=[], label_confidence=[]),
    ]
    return write_run(
        [make_annotation("a", utterances=spoken), make_annotation("b", utterances=[])],
        [make_annotation("c", extra=[{"key": "label", "value": "sad"}])],
        failures=[],
    )


def test_an_utterance_is_a_row_in_the_order_of_the_windows(folder: DatasetFolder) -> None:
    rows = catalogue(folder, "utterance").to_pylist()
    assert [row["unit_id"] for row in rows] == ["a#u0", "a#u1", "c#u0"]
    assert (rows[0]["start_s"], rows[0]["duration_s"], rows[0]["text"]) == (1.0, 1.0, "Oh.")
    assert rows[0]["label"] == "breathless"
    assert rows[0]["confidence"] == pytest.approx(0.82)
    assert (rows[1]["label"], rows[1]["confidence"], rows[1]["text"]) == (None, None, None)
    assert dict(rows[2]["extra"]) == {"label": "sad"}


def test_a_window_is_a_row_with_what_its_utterances_share(folder: DatasetFolder) -> None:
    rows = catalogue(folder, "window").to_pylist()
    assert [row["unit_id"] for row in rows] == ["a#0", "b#0", "c#0"]
    assert (rows[0]["speaker"], rows[0]["text"]) == ("A", "Oh.")
    assert rows[0]["utterance_index"] is None
    assert rows[1]["text"] is None


def test_events_are_counted_within_the_time_of_a_row(
    write_run: Callable[..., DatasetFolder],
    make_annotation: Make,
    make_utterance: Make,
    make_event: Make,
) -> None:
    events = [make_event(0, 1.1, 1.4), make_event(1, 3.0, 3.3)]
    spoken = [make_utterance(0, 1.0, 2.0), make_utterance(1, 4.0, 5.0)]
    folder = write_run([make_annotation("a", utterances=spoken, micro_events=events)])
    counts = catalogue(folder, "utterance")["micro_events"].to_pylist()
    assert counts == [1, 0]
    assert catalogue(folder, "window")["micro_events"].to_pylist() == [2]


def test_a_run_without_a_model_has_the_same_columns_of_nulls(
    write_run: Callable[..., DatasetFolder], make_annotation: Make
) -> None:
    made = [name for name in ANNOTATION_COLUMNS if name in ("video_id", "utterances", "window_id")]
    folder = write_run([make_annotation("a")])
    for name in folder.part_names("annotations"):
        folder.remove(name)
    row = make_annotation("a")
    folder.write_table("annotations/part-1.parquet", to_table([row], schema(made, [], {})))
    (row,) = catalogue(folder, "utterance").to_pylist()
    assert set(row) == {column.name for column in COLUMNS}
    assert row["labels"] is None
    assert row["text"] == "I ran all the way."


def test_columns_of_other_stages_come_last(
    write_run: Callable[..., DatasetFolder], make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")])
    for name in folder.part_names("annotations"):
        table = folder.read_table(name)
        folder.write_table(name, table.append_column("mood!", pa.array([7] * len(table))))
    rows = catalogue(folder, "window")
    assert rows.column_names[-1] == "mood!"
    assert set(rows["mood!"].to_pylist()) == {7}


def test_an_empty_dataset_gives_a_table_without_rows(
    write_run: Callable[..., DatasetFolder],
) -> None:
    table = next(read_catalogue(write_run([]), "utterance"))
    assert table.num_rows == 0
    assert table.column_names == [column.name for column in COLUMNS]
