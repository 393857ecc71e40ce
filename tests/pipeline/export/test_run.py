"""An export from end to end."""

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from stages.faults import SetupError


def test_the_manifest_lists_every_file_by_its_hash(
    spoken_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    exported = export(spoken_run, str(out), Order("table", min_confidence=0.5))
    manifest = json.loads((out / "export.json").read_text())
    assert set(manifest["files"]) == {path.name for path in out.iterdir()} - {"export.json"}
    for name, told in manifest["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == told["sha256"]
        assert (out / name).stat().st_size == told["bytes"]
    assert manifest["left_out"] == exported.left_out == {"less sure than 0.5": 2}
    assert manifest["rows"] == {"train": 2}


def test_what_an_earlier_export_left_goes_and_what_others_put_there_stays(
    spoken_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(spoken_run, str(out), Order("table", shares={"train": 0.5, "test": 0.5}))
    assert (out / "test.csv").exists()
    (out / "mine.txt").write_text("mine")
    export(spoken_run, str(out), Order("table"))
    assert not (out / "test.csv").exists()
    assert (out / "mine.txt").exists()


def test_a_manifest_that_names_files_elsewhere_takes_none_away(
    spoken_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    other = tmp_path / "other.txt"
    other.write_text("mine")
    files = {"../other.txt": {}, str(other): {}}
    (out / "export.json").write_text(json.dumps({"files": files}))
    export(spoken_run, str(out), Order("table"))
    assert other.exists()


def test_the_folder_of_a_run_is_refused(spoken_run: DatasetFolder) -> None:
    with pytest.raises(SetupError, match="is the folder of a run"):
        export(spoken_run, spoken_run.location, Order("table"))


def test_no_row_left_is_told_with_the_reasons(spoken_run: DatasetFolder, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no row is left to export \(4 not reviewed\)"):
        export(spoken_run, str(tmp_path / "out"), Order("table", reviewed="only"))
    assert not (tmp_path / "out").exists()


def test_an_export_goes_to_a_store_as_well(spoken_run: DatasetFolder) -> None:
    export(spoken_run, "memory://exported", Order("table"))
    rows = DatasetFolder("memory://exported").read_table("train.parquet")
    assert rows.num_rows == 4
