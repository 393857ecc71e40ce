"""The sink: annotations and failures apart, in whole files that other tools read."""

from pathlib import Path

import pyarrow.dataset as ds
import pytest

from pipeline.dataset import folder
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, NO_ROWS
from pipeline.dataset.sink import Sink, SinkConfig
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.faults import SetupError
from stages.rows import SCHEMA_VERSION

RECIPE = Recipe(BUILT_IN)
SCHEMAS = {ANNOTATIONS: RECIPE.annotation_schema, FAILURES: RECIPE.failure_schema}


def _sink(place: Path, **config: float) -> Sink:
    return Sink(DatasetFolder(str(place)), SinkConfig(**config), "0123456789ab", SCHEMAS)


def test_rows_come_back_in_the_schema_with_their_provenance(tmp_path: Path) -> None:
    sink = _sink(tmp_path)
    sink.add({"video_id": "a", "labels": ["glad"], "timings": {"decode": 0.5}, "frames": object})
    sink.add({"video_id": "b", "error": {"stage": "decode", "kind": "no_frames", "message": "m"}})
    sink.flush()
    annotations = ds.dataset(tmp_path / "annotations").to_table()
    assert annotations.schema.equals(RECIPE.annotation_schema)
    (row,) = annotations.to_pylist()
    assert row["labels"] == ["glad"]
    assert row["schema_version"] == SCHEMA_VERSION
    assert row["config_hash"] == "0123456789ab"
    assert row["created_at"].year >= 2026
    assert row["timings"]["decode"] == 0.5
    failures = ds.dataset(tmp_path / "failures").to_table()
    assert failures.schema.equals(RECIPE.failure_schema)
    assert failures["error"].to_pylist()[0]["kind"] == "no_frames"
    assert sink.annotations == 1
    assert sink.failure_kinds == {"no_frames": 1}


def test_utterances_that_a_model_was_asked_about_are_counted(tmp_path: Path) -> None:
    sink = _sink(tmp_path)
    said = [{"abstained": abstained} for abstained in (True, False, True)]
    sink.add({"video_id": "a", "utterances": said})
    sink.add({"video_id": "b", "utterances": [{"text": "no stage asked a model"}]})
    sink.add({"video_id": "c", "utterances": None})
    sink.flush()
    assert (sink.utterances_asked_about, sink.utterances_abstained) == (3, 2)


def test_a_file_is_written_when_enough_rows_wait(tmp_path: Path) -> None:
    sink = _sink(tmp_path, part_rows=3)
    for index in range(7):
        sink.add({"video_id": str(index)})
    files = [file.name for file in (tmp_path / "annotations").iterdir()]
    assert len(files) == 1 + 2
    sink.flush()
    assert ds.dataset(tmp_path / "annotations").count_rows() == 7


def test_rows_that_wait_long_are_written_however_few(tmp_path: Path) -> None:
    sink = _sink(tmp_path, part_seconds=1e-6)
    sink.add({"video_id": "a"})
    assert ds.dataset(tmp_path / "annotations").count_rows() == 1


def test_both_folders_are_there_and_read_as_empty_tables_before_the_first_row(
    tmp_path: Path,
) -> None:
    _sink(tmp_path).flush()
    for name, columns in SCHEMAS.items():
        assert [file.name for file in (tmp_path / name).iterdir()] == [NO_ROWS]
        table = ds.dataset(tmp_path / name).to_table()
        assert table.num_rows == 0
        assert table.schema.equals(columns)


def test_a_disk_that_is_nearly_full_ends_it_once_what_waits_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = _sink(tmp_path)
    sink.add({"video_id": "a", "labels": ["glad"]})
    sink.add({"video_id": "b", "error": {"stage": "decode", "kind": "no_frames", "message": "m"}})
    monkeypatch.setattr(folder, "_LEAST_FREE_BYTES", 2**60)
    with pytest.raises(SetupError, match=r"MiB are left on its disk.*the same command goes on"):
        sink.flush()
    assert ds.dataset(tmp_path / "annotations").count_rows() == 1
    assert ds.dataset(tmp_path / "failures").count_rows() == 1
    with pytest.raises(SetupError, match="MiB are left"):
        DatasetFolder(str(tmp_path / "other")).make()


def test_rows_take_the_columns_of_those_that_stand_there(tmp_path: Path) -> None:
    keeping = Recipe.of(FULL, ["visual_tokens"])
    wider = {**SCHEMAS, ANNOTATIONS: keeping.annotation_schema}
    place = DatasetFolder(str(tmp_path))
    Sink(place, SinkConfig(), "0123456789ab", wider)
    sink = _sink(tmp_path)
    sink.add({"video_id": "a"})
    sink.flush()
    assert ds.dataset(tmp_path / "annotations").schema.equals(keeping.annotation_schema)


def test_what_those_that_stand_there_have_no_column_for_is_refused(tmp_path: Path) -> None:
    _sink(tmp_path)
    keeping = Recipe.of(FULL, ["visual_tokens"])
    wider = {**SCHEMAS, ANNOTATIONS: keeping.annotation_schema}
    with pytest.raises(SetupError, match=r"have no kept_.*sink\.keep.*add --again"):
        Sink(DatasetFolder(str(tmp_path)), SinkConfig(), "0123456789ab", wider)
