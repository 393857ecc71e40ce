"""Windows that end or stop their process cost themselves alone, in a whole run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from tests.clips import write_clip

ROOT = Path(__file__).parents[2]

# The second window of "deadly" ends its process, that of "stuck" stops it where it stands.
STAGE = """
import os
import signal

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
                os.kill(os.getpid(), signal.SIGKILL)
            if row["window_index"] == 1 and "stuck" in row["video_id"]:
                os.kill(os.getpid(), signal.SIGSTOP)
        return rows
"""
STAGES = "stages=[transcribe,segment,hazards.stage:HazardStage]"
APART = "lanes=[{stages: [transcribe, segment], cpus: 0.4}, {stages: [hazard], cpus: 0.4}]"
TOGETHER = "lanes=[{stages: [transcribe], cpus: 0.9}]"


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    (tmp_path / "hazards").mkdir()
    (tmp_path / "hazards" / "__init__.py").touch()
    (tmp_path / "hazards" / "stage.py").write_text(STAGE)
    folder = tmp_path / "videos"
    folder.mkdir()
    for name in ("a", "b", "c"):
        write_clip(folder / f"{name}.mp4", seconds=1, fps=2)
    for name in ("deadly", "stuck"):
        write_clip(folder / f"{name}.mp4", seconds=75, fps=1)
    return folder


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(folder).to_table().to_pylist()
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [APART, TOGETHER])
def test_each_costs_itself_alone(lanes: str, videos: Path) -> None:
    out = videos.parent / "out"
    paths = os.pathsep.join([str(videos.parent), str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "jobs.command", "annotate", str(videos), "--out", str(out)),
            *("--set", STAGES, "--set", lanes, "--set", "limits.window_seconds=8"),
        ],
        cwd=videos.parent,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    failed = {row["window_id"]: row["error"]["kind"] for row in _rows(out / "failures")}
    assert failed == {"deadly.mp4#1": "worker_died", "stuck.mp4#1": "timed_out"}
    annotated = sorted(row["window_id"] for row in _rows(out / "annotations"))
    assert annotated == [
        *("a.mp4#0", "b.mp4#0", "c.mp4#0"),
        *(f"{name}.mp4#{index}" for name in ("deadly", "stuck") for index in (0, 2)),
    ]
