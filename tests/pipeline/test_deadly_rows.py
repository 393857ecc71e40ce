"""Windows that end or stop their process cost themselves alone, in a whole run."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pyarrow.dataset as ds
import pytest

from tests.clips import write_clip

ROOT = Path(__file__).parents[2]

# The second window of "deadly" ends its process in native code, that of "stuck" stops it where it
# stands; "slow" takes its time, and "hungry" a fifth of the memory.
STAGE = """
import ctypes
import os
import signal
import time

import psutil

from stages.contract import StageSpec
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage


class HazardConfig(Section):
    \"\"\"Nothing.\"\"\"


class HazardStage(Stage):
    spec = StageSpec(name="hazard", reads=("window_id",), writes=())
    section = HazardConfig

    def process(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            if row["window_index"] == 1 and "deadly" in row["video_id"]:
                ctypes.string_at(0)
            if row["window_index"] == 1 and "stuck" in row["video_id"]:
                os.kill(os.getpid(), signal.SIGSTOP)
            if "slow" in row["video_id"]:
                time.sleep(1)
            if "hungry" in row["video_id"]:
                eaten = []
                for _ in range(40):
                    eaten.append(b"x" * (psutil.virtual_memory().total // 200))
                    time.sleep(0.2)
                time.sleep(20)
        return rows
"""
STAGES = "stages=[transcribe,segment,hazards.stage:HazardStage]"
APART = "lanes=[{stages: [transcribe, segment], cpus: 0.4}, {stages: [hazard], cpus: 0.4}]"
TOGETHER = "lanes=[{stages: [transcribe], cpus: 0.9}]"


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    """An empty folder, beside the package of the stage."""
    (tmp_path / "hazards").mkdir()
    (tmp_path / "hazards" / "__init__.py").touch()
    (tmp_path / "hazards" / "stage.py").write_text(STAGE)
    folder = tmp_path / "videos"
    folder.mkdir()
    return folder


def _started(videos: Path, lanes: str, **variables: str) -> "subprocess.Popen[str]":
    paths = os.pathsep.join([str(videos.parent), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "jobs.command", "annotate", str(videos)),
            *("--out", str(videos.parent / "out"), "--set", STAGES, "--set", lanes),
            *("--set", "limits.window_seconds=8"),
        ],
        cwd=videos.parent,
        env={**os.environ, "PYTHONPATH": paths, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(folder).to_table().to_pylist()
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [APART, TOGETHER])
def test_each_costs_itself_alone(lanes: str, videos: Path) -> None:
    for name in ("a", "b", "c"):
        write_clip(videos / f"{name}.mp4", seconds=1, fps=2)
    for name in ("deadly", "stuck"):
        write_clip(videos / f"{name}.mp4", seconds=75, fps=1)
    running = _started(videos, lanes)
    said, _ = running.communicate(timeout=280)
    assert running.returncode == 3, said
    out = videos.parent / "out"
    failed = {row["window_id"]: row["error"]["kind"] for row in _rows(out / "failures")}
    assert failed == {"deadly.mp4#1": "worker_died", "stuck.mp4#1": "timed_out"}
    [died] = [r for r in _rows(out / "failures") if r["error"]["kind"] == "worker_died"]
    assert "(SIGSEGV in " in died["error"]["message"]
    annotated = sorted(row["window_id"] for row in _rows(out / "annotations"))
    assert annotated == [
        *("a.mp4#0", "b.mp4#0", "c.mp4#0"),
        *(f"{name}.mp4#{index}" for name in ("deadly", "stuck") for index in (0, 2)),
    ]


@pytest.mark.slow
def test_memory_that_is_always_short_is_named_and_gives_up_no_row(videos: Path) -> None:
    write_clip(videos / "a.mp4", seconds=1, fps=2)
    running = _started(videos, APART, RAY_memory_usage_threshold="0.01")
    said, _ = running.communicate(timeout=280)
    assert running.returncode == 1
    assert "GiB of memory are in use on this machine, above the" in said
    assert "Traceback" not in said
    assert not _rows(videos.parent / "out" / "failures")


@pytest.mark.slow
def test_the_process_that_knows_of_them_may_be_killed(videos: Path) -> None:
    for number in range(8):
        write_clip(videos / f"slow{number}.mp4", seconds=1, fps=2)
    running = _started(videos, APART)
    killed = 0
    while running.poll() is None and killed < 2:
        for process in psutil.Process(running.pid).children(recursive=True):
            with suppress(psutil.Error):
                if process.name().startswith("ray::Hazards"):
                    time.sleep(2)
                    process.kill()
                    killed += 1
        time.sleep(0.2)
    said, _ = running.communicate(timeout=280)
    assert killed == 2
    assert running.returncode == 0, said
    annotated = [row["window_id"] for row in _rows(videos.parent / "out" / "annotations")]
    assert sorted(annotated) == [f"slow{number}.mp4#0" for number in range(8)]


@pytest.mark.slow
def test_what_takes_the_memory_is_not_tried_for_ever(videos: Path) -> None:
    for name in ("a", "b", "hungry"):
        write_clip(videos / f"{name}.mp4", seconds=1, fps=2)
    # Ray's memory monitor ends whoever takes more than a tenth beside what is in use now.
    least = psutil.virtual_memory().percent / 100 + 0.1
    running = _started(videos, APART, RAY_memory_usage_threshold=f"{least:.2f}")
    said, _ = running.communicate(timeout=280)
    assert running.returncode == 3, said
    (failed,) = _rows(videos.parent / "out" / "failures")
    assert (failed["window_id"], failed["error"]["kind"]) == ("hungry.mp4#0", "worker_died")
    annotated = [row["window_id"] for row in _rows(videos.parent / "out" / "annotations")]
    assert sorted(annotated) == ["a.mp4#0", "b.mp4#0"]
