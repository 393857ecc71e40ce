"""Runs into one folder from two containers that have the same host name."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.command import main
from tests.clips import write_clip
from tests.namespaces import unshared
from tests.object_store import object_store

pytestmark = [pytest.mark.slow, pytest.mark.namespaces, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
SETTINGS = (
    *("--set", "stages=[transcribe,segment,tests.chaos.stage:TallyStage]"),
    *("--set", "lanes=[{stages: [transcribe], cpus: 0.4}, {stages: [tally], cpus: 0.4}]"),
    *("--set", "sink.part_seconds=0.01", "--set", "tally.seconds=1"),
)


@pytest.fixture(params=["disk", "store"])
def out(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """On a disk, and on a store with the API of S3."""
    if request.param == "disk":
        yield str(tmp_path / "out")
        return
    with object_store(monkeypatch) as store:
        yield f"{store.bucket('corpus')}/out"


def _start(videos: Path, out: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *unshared("--pid", "--fork", "--mount-proc", "--kill-child"),
            *(sys.executable, "-m", "jobs.command", "annotate", str(videos), "--out", out),
            *(*SETTINGS, "--set", f"tally.file={videos.parent}/tally"),
        ],
        cwd=videos.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_second_run_is_refused_until_the_first_is_dead_and_then_goes_on(
    out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "videos").mkdir()
    write_clip(tmp_path / "videos" / "long.mp4", seconds=290, fps=1)
    first = _start(tmp_path / "videos", out)
    deadline = time.monotonic() + 150
    while not (tmp_path / "tally").exists():
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    _refused(_start(tmp_path / "videos", out))
    assert first.poll() is None
    first.kill()
    first.communicate()
    killed_at = time.monotonic()
    while (second := _start(tmp_path / "videos", out)).wait(timeout=300) == 1:
        _refused(second)
        assert time.monotonic() - killed_at < 120
    assert second.returncode == 0, second.communicate()
    assert main(["verify", out]) == 0
    assert "10 windows of 1 videos: all is whole" in capsys.readouterr().out


def _refused(run: "subprocess.Popen[str]") -> None:
    _, said = run.communicate(timeout=100)
    assert run.returncode == 1, said
    assert "another run writes there (process 1 on " in said
    assert said.count("\n") == 1
