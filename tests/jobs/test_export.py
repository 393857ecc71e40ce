"""`microemo export` as it is called."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_COLUMNS, schema, to_table


def _dataset(folder: Path, **row: object) -> str:
    output = DatasetFolder(str(folder))
    table = to_table(
        [{"video_id": "a.mp4", "window_index": 0, **row}],
        schema(ANNOTATION_COLUMNS, ("faces",), {}),
    )
    output.write_table("annotations/part-0.parquet", table)
    output.write_bytes("run.json", json.dumps({}).encode())
    return str(folder)


def test_it_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = [{"name": "AU12", "values": [0.2]}]
    curves = [{"track_id": 0, "times_s": [0.5], "regions": [], "units": units}]
    dataset = _dataset(tmp_path / "run", face_curves=curves)
    out = tmp_path / "out"
    assert main(["export", dataset, "--to", "openface", "--out", str(out)]) == 0
    assert "out: 1 files of 1 videos" in capsys.readouterr().out
    assert (out / "a_w0_t0.csv").read_text() == (
        "face_id, timestamp, success, AU12_r\n0, 0.500, 1, 1.00\n"
    )


def test_a_dataset_without_curves_could_not_be_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = _dataset(tmp_path / "run")
    assert main(["export", dataset, "--to", "openface", "--out", str(tmp_path / "out")]) == 1
    assert "face_curves" in capsys.readouterr().err
