"""A dataset read back: windows, failures, and a flat table of utterances."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import Dataset, open_dataset
from pipeline.recipe import Recipe
from stages.faults import SetupError
from stages.rows import Row, to_table

Make = Callable[..., Row]


@pytest.fixture
def opened(
    write_run: Callable[..., DatasetFolder], make_annotation: Make, make_utterance: Make
) -> Dataset:
    spoken = [make_utterance(0, 1.0, 2.0), make_utterance(1, 2.5, 4.0, text=None, labels=[])]
    return Dataset(
        write_run(
            [make_annotation("a", utterances=spoken), make_annotation("b", utterances=[])],
            [make_annotation("c")],
            failures=[],
        )
    )


def test_windows_come_with_all_columns_or_those_named(opened: Dataset) -> None:
    assert opened.annotations().num_rows == 3
    assert opened.annotations(["window_id"]).to_pydict() == {"window_id": ["a#0", "b#0", "c#0"]}
    assert sum(batch.num_rows for batch in opened.iter_annotations(["video_id"])) == 3
    with pytest.raises(SetupError, match="no column nothing; there are schema_version, video_id"):
        opened.annotations(["nothing"])


def test_failures_have_their_columns_where_there_are_none(opened: Dataset) -> None:
    failures = opened.failures()
    assert failures.num_rows == 0
    assert "error" in failures.column_names


def test_each_utterance_is_a_row_with_names_of_its_own(opened: Dataset) -> None:
    table = opened.utterances()
    assert table["window_id"].to_pylist() == ["a#0", "a#0", "c#0"]
    assert table["utterance_index"].to_pylist() == [0, 1, 0]
    assert table["utterance_start_s"].to_pylist() == [1.0, 2.5, 1.0]
    assert table["text"].to_pylist()[1] is None
    assert table["labels"].to_pylist()[1] == []
    assert set(table["model_trained"].to_pylist()) == {"no"}
    assert len(set(table.column_names)) == table.num_columns


def test_an_utterance_tells_its_voice_and_its_face_in_flat_columns(
    write_run: Callable[..., DatasetFolder],
    make_annotation: Make,
    make_utterance: Make,
    make_voice: Make,
) -> None:
    told = make_utterance(0, 1, 2, voice=make_voice(), speaker_track=1, evidence_coverage=0.5)
    rows = [make_annotation("a", utterances=[told, make_utterance(1, 2, 3)])]
    table = Dataset(write_run(rows)).utterances()
    assert table["voice_words"].to_pylist() == ["louder and higher than usual, fast", None]
    assert table["voice_pitch_hz"].to_pylist() == [190.0, None]
    assert table["voice_loudness_db"].to_pylist() == [-23.0, None]
    assert table["speaker_track"].to_pylist() == [1, None]
    assert table["evidence_coverage"].to_pylist() == [0.5, None]
    assert "voice" not in table.column_names


def test_what_a_manifest_says_more_stands_beside_each_utterance(
    write_run: Callable[..., DatasetFolder], make_annotation: Make
) -> None:
    extra = [{"key": "gold", "value": "joy"}, {"key": "consent", "value": "yes"}]
    opened = Dataset(write_run([make_annotation("a", extra=extra), make_annotation("b")]))
    assert opened.annotations(["extra"])["extra"].to_pylist() == [extra, None]
    assert opened.utterances()["extra"].to_pylist() == [extra, None]


def test_a_run_without_a_model_has_utterances_without_emotion(
    tmp_path: Path, make_annotation: Make
) -> None:
    columns = Recipe.of(("transcribe", "segment", "decode", "faces")).annotation_schema
    folder = DatasetFolder(str(tmp_path))
    folder.write_bytes("run.json", b"{}")
    folder.write_table("annotations/part-1.parquet", to_table([make_annotation("a")], columns))
    table = Dataset(folder).utterances()
    assert table.num_rows == 1
    assert not {"labels", "description", "model_name"} & set(table.column_names)


def test_a_table_without_a_row_has_the_same_columns(opened: Dataset, tmp_path: Path) -> None:
    folder = DatasetFolder(str(tmp_path / "empty"))
    folder.write_bytes("run.json", b"{}")
    folder.write_columns("annotations/part-0.parquet", opened.annotations().schema)
    assert Dataset(folder).utterances().schema.equals(opened.utterances().schema)


def test_what_made_it_and_where_it_is(opened: Dataset) -> None:
    assert opened.record["preset"] == "tiny"
    assert opened.location in repr(opened)


def test_a_folder_that_no_run_wrote_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"is no dataset: it has no run\.json"):
        open_dataset(str(tmp_path))


def test_a_part_that_is_no_parquet_is_named(opened: Dataset) -> None:
    Path(opened.location, "annotations", "part-zzz.parquet").write_bytes(b"half")
    with pytest.raises(SetupError, match=r"part-zzz\.parquet: cannot be read"):
        opened.annotations()
