"""The process that holds Ray may end at any moment; what it has finished is kept elsewhere."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import Origin
from pipeline.identity import identify
from pipeline.manifest import resolve_inputs
from pipeline.ray_process import RayProcess
from pipeline.ray_side import Work
from pipeline.run import annotate
from stages.faults import SetupError
from stages.rows import Row
from tests.clips import write_clip

ROOT = Path(__file__).parents[2]
SETTINGS = ["stages=[transcribe,segment]", "lanes=[{stages: [transcribe], cpus: 0.4}]"]


class Killer:
    """A watcher that kills a process of Ray's at the first row."""

    def __init__(self, name: str) -> None:
        self._name = name

    def began(self, videos: int, done_before: int) -> None:
        """Nothing yet."""

    def phase(self, text: str) -> None:
        """Nothing yet."""

    def row(self, row: Row, done: float, failed: int) -> None:
        for process in psutil.Process().children(recursive=True):
            if process.name() == self._name:
                process.kill()

    def tick(self, waited_s: float) -> None:
        """Nothing more."""


def _videos(folder: Path, count: int) -> list[Row]:
    folder.mkdir()
    for number in range(count):
        write_clip(folder / f"{number}.mp4", seconds=1, fps=2)
    return resolve_inputs([str(folder)]).rows


@pytest.mark.slow
@pytest.mark.parametrize("name", ["raylet", "gcs_server"])
def test_finished_rows_outlive_ray(name: str, tmp_path: Path) -> None:
    rows = _videos(tmp_path / "videos", 12)
    folder = DatasetFolder(str(tmp_path / "out"))
    config = load_config("tiny", SETTINGS)
    origin = Origin("tiny", ["microemo"], ["videos"])
    with pytest.raises(SetupError, match=r"is gone.*the same command goes on"):
        annotate(rows, config, folder, Killer(name), origin)
    kept = sum(len(table) for table in folder.read_tables("annotations"))
    assert 1 <= kept <= len(rows)
    assert not folder.exists("run.lock")
    outcome = annotate(rows, config, folder, Killer("nobody"), origin)
    assert outcome.annotations == len(rows) - kept


def _until(is_so: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := is_so()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


HOLDS_RAY = """
import sys
from pathlib import Path
from tests.pipeline.test_ray_process import holding
with holding(Path(sys.argv[1])) as process:
    next(process.finished([], 0.1, alone=False))
    sys.stdin.read()
"""


def holding(folder: Path) -> RayProcess:
    """A process that holds Ray, for `folder`."""
    config = load_config("tiny", SETTINGS)
    return RayProcess(Work(config, identify(config), str(folder), folder / "run.log"))


@pytest.mark.slow
def test_it_ends_with_all_that_it_started_when_who_asked_is_killed(tmp_path: Path) -> None:
    asks = subprocess.Popen(
        [sys.executable, "-c", HOLDS_RAY, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    _until(lambda: any(each.name() == "raylet" for each in _below(asks.pid)))
    below = _below(asks.pid)
    os.kill(asks.pid, signal.SIGKILL)
    asks.wait()
    _, alive = psutil.wait_procs(below, timeout=12)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


def _below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_what_ends_at_the_start_is_told_with_the_log(tmp_path: Path) -> None:
    others = psutil.Process().children()
    with holding(tmp_path) as process:
        [guard] = set(psutil.Process().children()).difference(others)
        [driver] = _until(guard.children)
        driver.kill()
        with pytest.raises(SetupError, match=r"ended by SIGKILL.*run\.log may say more"):
            list(process.finished([], 0.1, alone=False))


def test_a_log_that_cannot_be_written_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "run.log").mkdir()
    with pytest.raises(SetupError, match=r"run\.log: cannot be written"):
        holding(tmp_path).__enter__()


@pytest.mark.slow
def test_nothing_in_the_working_folder_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("av", "psutil", "pipeline", "stages"):
        (tmp_path / f"{name}.py").write_text(f"open('{name}.imported', 'w')")
    monkeypatch.chdir(tmp_path)
    rows = _videos(tmp_path / "videos", 1)
    origin = Origin("tiny", ["microemo"], ["videos"])
    folder = DatasetFolder(str(tmp_path / "out"))
    annotate(rows, load_config("tiny", SETTINGS), folder, Killer("nobody"), origin)
    assert not list(tmp_path.glob("*.imported"))
