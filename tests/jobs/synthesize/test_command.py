"""`microemo synthesize` as a person calls it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from jobs.command import main
from pipeline.evaluation.reading import read_truth


def _command(out: Path, clips: int, *more: str) -> list[str]:
    call = [sys.executable, "-m", "microemo", "synthesize", str(out), "--clips", str(clips)]
    return [*call, "--seed", "5", "--split", "dev", "--height", "128", *more]


def _run(out: Path, clips: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(_command(out, clips), capture_output=True, text=True, check=False)


def _workers(parent: int) -> list[psutil.Process]:
    children = psutil.Process(parent).children(recursive=True)
    return [child for child in children if any("spawn_main" in word for word in child.cmdline())]


def _wait_for(place: Path, pattern: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while not list(place.glob(pattern)):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_set_is_made_and_can_be_read(tmp_path: Path) -> None:
    done = _run(tmp_path / "set", 2)
    assert (done.returncode, done.stderr) == (0, "")
    names = sorted(file.name for file in (tmp_path / "set").iterdir())
    clips = [f"dev-00000{index}.{end}" for index in range(2) for end in ("mp4", "srt")]
    assert names == ["README.md", *clips, "synthesis.json", "truth.parquet"]
    truth = read_truth(str(tmp_path / "set"))
    assert truth.is_synthetic
    assert {row.video_id for row in truth.rows} == {"dev-000000.mp4", "dev-000001.mp4"}


@pytest.mark.slow
def test_an_unclear_set_says_so_and_has_rows_to_abstain_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "set")
    asked = ["synthesize", out, "--clips", "1", "--seed", "5", "--split", "dev"]
    asked += ["--height", "128", "--quiet"]
    assert main([*asked, "--unclear"]) == 0
    assert '"unclear": true' in (tmp_path / "set" / "synthesis.json").read_text()
    assert "nothing can be told" in (tmp_path / "set" / "README.md").read_text()
    truth = read_truth(out)
    assert truth.rows
    assert all(row.abstained for row in truth.rows)
    assert main(asked) == 1
    assert "was made with unclear True (now False)" in capsys.readouterr().err


def test_scripts_are_a_set_of_their_own_without_clips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    asked = ["synthesize", str(folder), "--clips", "20", "--seed", "5", "--quiet"]
    assert main([*asked, "--no-clips"]) == 0
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["README.md", "synthesis.json", "truth.parquet"]
    assert '"filmed": false' in (folder / "synthesis.json").read_text()
    assert "the words alone tell" in (folder / "README.md").read_text()
    truth = read_truth(str(folder))
    assert len({row.video_id for row in truth.rows}) == 20
    assert all(row.labels and row.family for row in truth.rows)
    assert truth.true_films is None
    before = (folder / "truth.parquet").read_bytes()
    assert main([*asked, "--no-clips"]) == 0
    assert (folder / "truth.parquet").read_bytes() == before
    assert main(asked) == 1
    assert "filmed False (now True)" in capsys.readouterr().err


def test_scripts_have_no_height(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["synthesize", str(tmp_path / "set"), "--clips", "1", "--seed", "5"]
    assert main([*asked, "--no-clips", "--height", "128"]) == 1
    assert "no pictures with --no-clips" in capsys.readouterr().err
    assert not (tmp_path / "set").exists()


@pytest.mark.slow
def test_a_set_grows_and_keeps_what_is_there(tmp_path: Path) -> None:
    assert _run(tmp_path / "set", 2).returncode == 0
    first = pq.read_table(tmp_path / "set" / "truth.parquet")
    before = (tmp_path / "set" / "dev-000001.mp4").stat().st_mtime_ns
    assert _run(tmp_path / "set", 3).returncode == 0
    assert (tmp_path / "set" / "dev-000001.mp4").stat().st_mtime_ns == before
    grown = pq.read_table(tmp_path / "set" / "truth.parquet")
    assert grown.slice(0, first.num_rows).equals(first)
    assert grown.num_rows > first.num_rows


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.slow
def test_a_run_that_is_stopped_keeps_whole_clips_and_goes_on(tmp_path: Path, number: int) -> None:
    """Ctrl-C reaches the whole group; a kill takes one of the processes that make clips."""
    out = tmp_path / "set"
    with subprocess.Popen(
        _command(out, 400), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            _wait_for(out, "*.mp4", process)
            if number == signal.SIGINT:
                os.killpg(process.pid, number)
            else:
                _workers(process.pid)[0].kill()
            _, told = process.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in told
    assert "goes on from there" in told
    assert process.returncode == (130 if number == signal.SIGINT else 1)
    if number == signal.SIGINT:
        assert not list(out.glob(".*"))
    assert _run(out, 2).returncode == 0
    assert len(pq.read_table(out / "truth.parquet")["video_id"].unique()) == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--height", "255"], "no even number from 128 to 1080"),
        (["--height", "4000"], "no even number"),
        (["--clips", "1000001"], "is more than 1,000,000 to a folder"),
        (["--clips", "0"], "no whole number of 1 or more"),
        (["--split", "valid"], "invalid choice"),
        (["--seed", "-1"], "no whole number of 0 or more"),
        (["--unclear", "--no-expressions"], "not allowed with argument"),
        (["--unclear", "--no-clips"], "not allowed with argument"),
        (["--no-clips", "--no-expressions"], "not allowed with argument"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, more: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as fault:
        main(["synthesize", str(tmp_path), "--clips", "1", "--seed", "1", *more])
    assert fault.value.code == 2
    assert told in capsys.readouterr().err


def test_a_folder_with_other_things_is_refused_without_a_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "holiday.mp4").touch()
    assert main(["synthesize", str(tmp_path), "--clips", "1", "--seed", "1"]) == 1
    assert "holds other things already" in capsys.readouterr().err
