"""`microemo status` as it is called."""

import json
import os
import re
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from stages.rows import ANNOTATION_COLUMNS, FAILURE_COLUMNS, schema, to_table


@pytest.fixture
def dataset(tmp_path: Path) -> DatasetFolder:
    """Two of three windows of one video, and another that failed."""
    folder = DatasetFolder(str(tmp_path))
    windows = [{"video_id": "a", "window_index": at, "window_count": 3} for at in (0, 2)]
    failed = [{"video_id": "b", "error": {"stage": "decode", "kind": "no_video", "message": "-"}}]
    for name, rows, columns in (
        ("annotations", windows, ANNOTATION_COLUMNS),
        ("failures", failed, FAILURE_COLUMNS),
    ):
        folder.write_table(
            f"{name}/part-0.parquet", to_table(rows, schema(columns, ("decode",), {}))
        )
    folder.write_bytes("run.json", json.dumps({"runs": [{"videos": 7}]}).encode())
    return folder


def test_it_tells_what_is_done_owed_and_failed(
    dataset: DatasetFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", dataset.location]) == 0
    told = dict(re.split(r" {2,}", line.strip()) for line in capsys.readouterr().out.splitlines())
    assert told == {
        "videos done": "1 of 7 of the last run",
        "videos begun": "1",
        "videos with failures": "1",
        "windows annotated": "2",
        "failed: no_video": "1",
        "windows owed": "1, of videos that were begun",
        "written by": "nobody now",
    }


def test_it_names_the_process_that_writes(
    dataset: DatasetFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with RunLock(dataset):
        assert main(["status", dataset.location]) == 0
        assert f"process {os.getpid()} on " in capsys.readouterr().out
        assert main(["status", dataset.location, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["holding"]["pid"] == os.getpid()
    assert (told["windows"], told["videos_asked"]) == (2, 7)


def test_a_folder_that_no_run_wrote_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", str(tmp_path)]) == 1
    assert "is no dataset" in capsys.readouterr().err
