"""A run on a cluster whose machines come and leave."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from ray.cluster_utils import Cluster

from tests.clips import write_clip

ROOT = Path(__file__).parents[2]

# Writes down which machine has which window, and when it begins; "stuck" stops its process.
STAGE = """
import os
import signal
import time
from pathlib import Path

import ray

from stages.contract import StageSpec
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage

WORKED_ON = Path(__file__).with_name("worked_on")


class NotingConfig(Section):
    \"\"\"Nothing.\"\"\"


class NotingStage(Stage):
    spec = StageSpec(name="noting", reads=("window_id",), writes=())
    section = NotingConfig

    def process(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            note = WORKED_ON / ray.get_runtime_context().get_node_id() / row["video_id"]
            note.parent.mkdir(exist_ok=True)
            note.touch()
            if "stuck" in row["video_id"]:
                os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(0.5)
        return rows
"""
STAGES = "stages=[transcribe,segment,notes.stage:NotingStage]"
# The head has room for the first lane alone, each other machine for one process of the second.
LANES = (
    "lanes=[{stages: [transcribe, segment], cpus: 0.2, max_workers: 1}, {stages: [noting], cpus: 1}]"
)
HEAD_CPUS, CPUS = 0.5, 1


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the package of the stage, which Ray's processes find, and one for videos."""
    for folder in ("notes/worked_on", "videos"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "notes" / "__init__.py").touch()
    (tmp_path / "notes" / "stage.py").write_text(STAGE)
    paths = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", paths)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    return tmp_path


@pytest.fixture
def cluster(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A head."""
    found = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": HEAD_CPUS, "include_dashboard": False},
    )
    monkeypatch.setenv("RAY_ADDRESS", found.address)
    yield found
    found.shutdown()


def _started(place: Path, *settings: str) -> "subprocess.Popen[str]":
    chosen = [word for setting in (STAGES, LANES, *settings) for word in ("--set", setting)]
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "jobs.command", "annotate", str(place / "videos")),
            *("--out", str(place / "out"), *chosen),
        ],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _worked_on(place: Path, node: Any = None) -> set[str]:
    """The videos that a machine has begun, or all of them."""
    notes = (place / "notes" / "worked_on").glob(f"{node.node_id if node else '*'}/*")
    return {note.name for note in notes}


def _wait(running: "subprocess.Popen[str]", until: Callable[[], bool]) -> None:
    while running.poll() is None and not until():
        time.sleep(0.1)
    assert running.poll() is None, running.communicate()[0]


def _windows(folder: Path) -> list[str]:
    return sorted(row["window_id"] for row in ds.dataset(folder).to_table().to_pylist())


def _ours(said: str) -> bool:
    """Whether each line is one that a run prints of itself."""
    beginnings = (
        *("starting Ray", "no row finished", "taking ", "writing the report", "videos  "),
        *("windows annotated", "time  ", "annotations  ", "report  ", "log  "),
    )
    return all(
        line.startswith(beginnings) or " videos, " in line for line in said.splitlines() if line
    )


@pytest.mark.slow
def test_machines_may_be_killed_be_added_and_come_late(cluster: Cluster, place: Path) -> None:
    names = [f"{number:03}.mp4" for number in range(120)]
    for name in names:
        write_clip(place / "videos" / name, seconds=1, fps=2)
    first, second = cluster.add_node(num_cpus=CPUS), cluster.add_node(num_cpus=CPUS)
    running = _started(place)
    _wait(running, lambda: bool(_worked_on(place, first) and _worked_on(place, second)))
    cluster.remove_node(first, allow_graceful=False)
    added = cluster.add_node(num_cpus=CPUS)
    _wait(running, lambda: bool(_worked_on(place, added)))
    late = cluster.add_node(num_cpus=CPUS)
    _wait(running, lambda: bool(_worked_on(place, late)))
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert _windows(place / "out" / "annotations") == [f"{name}#0" for name in names]
    assert _windows(place / "out" / "failures") == []
    assert _ours(said), said


@pytest.mark.slow
def test_what_is_stuck_on_another_machine_is_ended(cluster: Cluster, place: Path) -> None:
    for name in ("a", "b", "stuck"):
        write_clip(place / "videos" / f"{name}.mp4", seconds=1, fps=2)
    other = cluster.add_node(num_cpus=CPUS)
    running = _started(place, "limits.window_seconds=10")
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 3, said
    assert _worked_on(place) == _worked_on(place, other)
    failures = ds.dataset(place / "out" / "failures").to_table().to_pylist()
    assert [(row["window_id"], row["error"]["kind"]) for row in failures] == [
        ("stuck.mp4#0", "timed_out")
    ]
    assert _windows(place / "out" / "annotations") == ["a.mp4#0", "b.mp4#0"]


@pytest.mark.slow
def test_a_machine_without_the_package_of_a_stage_is_named_as_the_fault(
    cluster: Cluster, place: Path
) -> None:
    write_clip(place / "videos" / "a.mp4", seconds=1, fps=2)
    (place / "notes").rename(place / "notes_here")
    (place / "here").mkdir()
    (place / "notes_here").rename(place / "here" / "notes")
    cluster.add_node(num_cpus=CPUS)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(place / "here"), os.environ["PYTHONPATH"]])
    running = _started(place)
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 1, said
    assert "No module named 'notes'; install its package" in said
    assert "Traceback" not in said
