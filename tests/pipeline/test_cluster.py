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
from ray._raylet import (
    GCS_AUTOSCALER_CLUSTER_CONFIG_KEY,
    GCS_AUTOSCALER_STATE_NAMESPACE,
    GcsClient,
)
from ray.cluster_utils import Cluster
from ray.core.generated.autoscaler_pb2 import ClusterConfig, NodeGroupConfig

from tests.clips import write_clip

ROOT = Path(__file__).parents[2]

# Notes which machine has begun which window, and does not end it before it may; "stuck" stops its
# process.
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
MAY_END = Path(__file__).with_name("may_end")


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
            while not MAY_END.exists():
                time.sleep(0.05)
        return rows
"""
STAGES = "stages=[transcribe,segment,notes.stage:NotingStage]"
# The head has no room for a process of the second lane, each other machine has for one.
LANES = (
    "lanes=[{stages: [transcribe, segment], cpus: 0.6, max_workers: 1}, "
    "{stages: [noting], cpus: 2}]"
)
HEAD_CPUS, CPUS = 1, 3

Start = Callable[..., "subprocess.Popen[str]"]


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
def cluster(
    place: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Cluster]:
    """A head, with as many CPUs as the test asks for."""
    cpus = getattr(request, "param", HEAD_CPUS)
    found = Cluster(
        initialize_head=True, head_node_args={"num_cpus": cpus, "include_dashboard": False}
    )
    monkeypatch.setenv("RAY_ADDRESS", found.address)
    yield found
    found.shutdown()


@pytest.fixture
def start(cluster: Cluster, place: Path) -> Iterator[Start]:
    """Starts a run on the cluster; it ends with the test."""
    started = []

    def run(*settings: str) -> "subprocess.Popen[str]":
        chosen = [word for setting in (STAGES, LANES, *settings) for word in ("--set", setting)]
        running = subprocess.Popen(
            [
                *(sys.executable, "-m", "jobs.command", "annotate", str(place / "videos")),
                *("--out", str(place / "out"), *chosen),
            ],
            cwd=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(running)
        return running

    yield run
    for running in started:
        running.terminate()
        running.wait()


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
def test_machines_may_be_killed_be_added_and_come_late(
    cluster: Cluster, place: Path, start: Start
) -> None:
    names = [f"{number:03}.mp4" for number in range(20)]
    for name in names:
        write_clip(place / "videos" / name, seconds=1, fps=2)
    first, second = cluster.add_node(num_cpus=CPUS), cluster.add_node(num_cpus=CPUS)
    running = start()
    _wait(running, lambda: bool(_worked_on(place, first) and _worked_on(place, second)))
    cluster.remove_node(first, allow_graceful=False)
    added = cluster.add_node(num_cpus=CPUS)
    _wait(running, lambda: bool(_worked_on(place, added)))
    late = cluster.add_node(num_cpus=CPUS)
    _wait(running, lambda: bool(_worked_on(place, late)))
    (place / "notes" / "may_end").touch()
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert _windows(place / "out" / "annotations") == [f"{name}#0" for name in names]
    assert _windows(place / "out" / "failures") == []
    assert _ours(said), said


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [0], indirect=True)
def test_a_cluster_may_be_at_zero_if_it_can_grow(
    cluster: Cluster, place: Path, start: Start
) -> None:
    (place / "notes" / "may_end").touch()
    write_clip(place / "videos" / "a.mp4", seconds=1, fps=2)
    running = start()
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 1, said
    assert "2.7 cpus" in said
    assert "0 are all that the cluster has or may grow to" in " ".join(said.split())

    grows = ClusterConfig(
        node_group_configs=[NodeGroupConfig(resources={"CPU": CPUS}, max_count=4, name="cpu")]
    )
    GcsClient(address=cluster.address).internal_kv_put(  # as an autoscaler tells it
        GCS_AUTOSCALER_CLUSTER_CONFIG_KEY.encode(),
        grows.SerializeToString(),
        True,
        GCS_AUTOSCALER_STATE_NAMESPACE.encode(),
    )
    running = start()
    _wait(running, lambda: len(cluster.global_state.actor_table(None)) > 2)  # lanes wait for room
    cluster.add_node(num_cpus=CPUS)
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert _windows(place / "out" / "annotations") == ["a.mp4#0"]


@pytest.mark.slow
def test_what_is_stuck_on_another_machine_is_ended(
    cluster: Cluster, place: Path, start: Start
) -> None:
    for name in ("a", "b", "stuck"):
        write_clip(place / "videos" / f"{name}.mp4", seconds=1, fps=2)
    (place / "notes" / "may_end").touch()
    other = cluster.add_node(num_cpus=CPUS)
    running = start("limits.window_seconds=10")
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
    cluster: Cluster, place: Path, start: Start
) -> None:
    write_clip(place / "videos" / "a.mp4", seconds=1, fps=2)
    (place / "notes").rename(place / "notes_here")
    (place / "here").mkdir()
    (place / "notes_here").rename(place / "here" / "notes")
    cluster.add_node(num_cpus=CPUS)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(place / "here"), os.environ["PYTHONPATH"]])
    running = start()
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 1, said
    assert "No module named 'notes'; install its package" in said
    assert "Traceback" not in said
