"""The sink: annotations and failures apart, in whole files that other tools read."""

from pathlib import Path

import pyarrow.dataset as ds

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.sink import Sink, SinkConfig
from stages.rows import ANNOTATION_SCHEMA, FAILURE_SCHEMA


def _sink(folder: Path, **config: float) -> Sink:
    return Sink(DatasetFolder(str(folder)), SinkConfig(**config), "0123456789ab")


def test_rows_come_back_in_the_schema_with_their_provenance(tmp_path: Path) -> None:
    sink = _sink(tmp_path)
    sink.add({"video_id": "a", "labels": ["glad"], "timings": {"decode": 0.5}, "frames": object})
    sink.add({"video_id": "b", "error": {"stage": "decode", "kind": "no_frames", "message": "m"}})
    sink.flush()
    annotations = ds.dataset(tmp_path / "annotations").to_table()
    assert annotations.schema.equals(ANNOTATION_SCHEMA)
    (row,) = annotations.to_pylist()
    assert row["labels"] == ["glad"]
    assert row["schema_version"] == 1
    assert row["config_hash"] == "0123456789ab"
    assert row["created_at"].year >= 2026
    assert row["timings"]["decode"] == 0.5
    failures = ds.dataset(tmp_path / "failures").to_table()
    assert failures.schema.equals(FAILURE_SCHEMA)
    assert failures["error"].to_pylist()[0]["kind"] == "no_frames"
    assert sink.annotations == 1
    assert sink.failure_kinds == {"no_frames": 1}


def test_a_file_is_written_when_enough_rows_wait(tmp_path: Path) -> None:
    sink = _sink(tmp_path, part_rows=3)
    for index in range(7):
        sink.add({"video_id": str(index)})
    files = list((tmp_path / "annotations").iterdir())
    assert len(files) == 2
    sink.flush()
    assert ds.dataset(tmp_path / "annotations").count_rows() == 7


def test_rows_that_wait_long_are_written_however_few(tmp_path: Path) -> None:
    sink = _sink(tmp_path, part_seconds=1e-6)
    sink.add({"video_id": "a"})
    assert ds.dataset(tmp_path / "annotations").count_rows() == 1


def test_nothing_to_write_makes_no_file(tmp_path: Path) -> None:
    _sink(tmp_path).flush()
    assert list(tmp_path.iterdir()) == []
