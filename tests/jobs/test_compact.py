"""`microemo compact` as it is called."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset import settling
from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_COLUMNS, schema, to_table
from tests.clips import tone, write_clip

ROOT = Path(__file__).parents[2]
FRONT = [
    *("--set", "stages=[transcribe,segment,decode,faces,evidence]"),
    *("--set", "lanes=[{stages: [transcribe], cpus: 0.9}]"),
    *("--set", "sink.part_rows=1"),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_LISTED_S", 0.0)


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    """Three parts of a window each."""
    folder = DatasetFolder(str(tmp_path))
    columns = schema(ANNOTATION_COLUMNS, ("decode",), {})
    one = {"window_index": 0, "window_count": 1, "start_s": 0.0, "end_s": 2.0}
    for name in "abc":
        table = to_table([{"video_id": name, **one}], columns)
        folder.write_table(f"annotations/part-{name}.parquet", table)
    folder.write_bytes("run.json", b"{}")
    return str(tmp_path)


def test_it_tells_what_became_of_the_files(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compact", dataset]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{dataset}: 3 files of 0.")
    assert " MB became 1 files of 0." in told
    assert main(["compact", dataset]) == 0
    assert capsys.readouterr().out.endswith(" MB, nothing to gather\n")
    assert main(["verify", dataset]) == 0


def test_a_program_gets_the_figures(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compact", dataset, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["out"], told["files_before"], told["files_after"]) == (dataset, 3, 1)
    assert 0 < told["bytes_after"] < told["bytes_before"]


def test_a_folder_that_no_run_wrote_is_named_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compact", str(tmp_path)]) == 1
    assert f"{tmp_path}: is no dataset" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_run_goes_on_in_what_was_gathered_and_every_command_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "videos").mkdir()
    write_clip(tmp_path / "videos" / "long.mp4", seconds=75, fps=1, audio=tone())
    out = str(tmp_path / "out")
    _annotate(tmp_path, out)
    assert main(["compact", out]) == 0
    assert "became" in capsys.readouterr().out
    shutil.copy(ROOT / "samples" / "masked.mp4", tmp_path / "videos")
    assert "1 of 2 videos stand in the output already" in _annotate(tmp_path, out)
    capsys.readouterr()
    assert main(["verify", out]) == 0
    assert "4 windows of 2 videos: all is whole" in capsys.readouterr().out
    assert main(["status", out]) == 0
    assert "2 of 2 of the last run" in capsys.readouterr().out
    assert main(["export", out, "--format", "openface", "--out", str(tmp_path / "csv")]) == 0
    assert "of 4 windows" in capsys.readouterr().out


def _annotate(folder: Path, out: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "jobs.command", "annotate", "videos", "--out", out, *FRONT],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
