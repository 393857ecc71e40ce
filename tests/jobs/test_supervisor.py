"""A command in a process of its own: it is asked once to stop, and nothing of it stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
Start = Callable[[str], "subprocess.Popen[str]"]

# Leaves a process behind that nobody is the parent of, says that it works, and does so until it is
# told to stop; "deaf" never does.
PROGRAM = """
import os, signal, subprocess, sys, time
from pathlib import Path
from jobs import supervisor

supervisor._PATIENCE_S = 1.5
kind, folder = sys.argv[1], Path(sys.argv[2])
if not supervisor.is_worker():
    sys.exit(supervisor.supervise())
is_stopped = supervisor.hear()
sleeps = "[sys.executable, '-c', 'import time; time.sleep(99)']"
subprocess.run([sys.executable, "-c", f"import subprocess, sys; subprocess.Popen({sleeps})"])
if kind.isdecimal():
    sys.exit(int(kind))
if kind == "crash":
    os.abort()
(folder / "works").write_text(str(os.getpid()))
while not is_stopped() or kind == "deaf":
    time.sleep(0.02)
(folder / "kept").touch()
supervisor.leave(0)
"""


def _below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(kind: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, kind, str(tmp_path)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        if kind in ("works", "deaf"):
            _until((tmp_path / "works").exists)
        return process

    yield begin
    for process in started:
        process.kill()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("times", [1, 2])
def test_whoever_hears_a_signal_keeps_what_is_finished_and_says_which_it_was(
    number: int,
    code: int,
    times: int,
    start: Start,
    tmp_path: Path,
) -> None:
    process = start("works")
    below = _below(process.pid)
    assert len(below) == 2
    for _ in range(times):
        os.killpg(process.pid, number)
        time.sleep(0.05)
    assert process.wait(timeout=10) == code
    assert (tmp_path / "kept").exists()
    assert not [each for each in below if each.is_running()]


def test_who_does_not_stop_is_made_to(start: Start) -> None:
    process = start("deaf")
    below = _below(process.pid)
    process.terminate()
    assert process.wait(timeout=10) == 143
    assert not [each for each in below if each.is_running()]


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_code_is_handed_on(code: int, start: Start) -> None:
    assert start(str(code)).wait(timeout=30) == code


def test_what_ends_by_itself_is_told_in_a_line(
    start: Start,
) -> None:
    process = start("crash")
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "microemo: the run was ended by SIGABRT; what is finished is kept" in said


def test_nothing_stays_where_the_one_that_works_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("works")
    below = _below(process.pid)
    os.kill(int((tmp_path / "works").read_text()), signal.SIGKILL)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "ended by SIGKILL" in said
    assert not [each for each in below if each.is_running()]


def test_nothing_stays_where_the_one_that_waits_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("works")
    below = _below(process.pid)
    process.kill()
    process.wait(timeout=10)
    _until(lambda: not [each for each in below if each.is_running()])
    assert (tmp_path / "kept").exists()
