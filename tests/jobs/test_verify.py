"""`microemo verify` as it is called."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_COLUMNS, schema, to_table


def _dataset(folder: Path, *video_ids: str) -> str:
    output = DatasetFolder(str(folder))
    one = {"window_index": 0, "window_count": 1, "start_s": 0.0, "end_s": 2.0}
    rows = [{"video_id": video_id, **one} for video_id in video_ids]
    table = to_table(rows, schema(ANNOTATION_COLUMNS, ("faces",), {}))
    output.write_table("annotations/part-0.parquet", table)
    output.write_bytes("run.json", b"{}")
    return str(folder)


def test_what_is_whole_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", _dataset(tmp_path, "a", "b")]) == 0
    assert capsys.readouterr().out == "1 files, 2 windows of 2 videos: all is whole\n"


def test_what_is_not_ends_with_3_and_a_line_for_each_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = _dataset(tmp_path, "a", "[b]", "[b]")
    assert main(["verify", dataset]) == 3
    assert capsys.readouterr().out.splitlines() == [
        "[b]#0: stands 2 times: in annotations/part-0.parquet",
        "1 files, 2 windows of 2 videos: 1 faults",
    ]
    assert main(["verify", dataset, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0]["place"] == "[b]#0"
    assert (told["files"], told["windows"], told["videos"]) == (1, 2, 2)


def test_a_folder_that_no_run_wrote_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path)]) == 1
    assert f"{tmp_path}: is no dataset" in capsys.readouterr().err
