"""How a long command is stopped: it is asked once, in its own time, and nothing of it stays."""

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
# to stop; "deaf" never looks, and "deep" is in native code, where Python's handlers are not called.
PROGRAM = """
import ctypes, os, subprocess, sys, time
from pathlib import Path
from jobs import stopping

stopping._PATIENCE_S = 1.5
kind, folder = sys.argv[1], Path(sys.argv[2])
heard = stopping.Stopping()
sleeps = "[sys.executable, '-c', 'import time; time.sleep(99)']"
subprocess.run([sys.executable, "-c", f"import subprocess, sys; subprocess.Popen({sleeps})"])
if kind.isdecimal():
    heard.leave(int(kind))
(folder / "works").write_text(str(os.getpid()))
if kind == "deep":
    libc = ctypes.CDLL(None)
    while True:
        libc.pause()
while not heard.is_asked() or kind == "deaf":
    time.sleep(0.02)
(folder / "kept").touch()
heard.leave(0)
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
        if not kind.isdecimal():
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
    assert len(below) == 1
    for _ in range(times):
        os.killpg(process.pid, number)
        time.sleep(0.05)
    assert process.wait(timeout=10) == code
    assert (tmp_path / "kept").exists()
    assert not [each for each in below if each.is_running()]


@pytest.mark.parametrize("kind", ["deaf", "deep"])
def test_who_does_not_stop_is_made_to(kind: str, start: Start) -> None:
    process = start(kind)
    below = _below(process.pid)
    process.terminate()
    _, said = process.communicate(timeout=10)
    assert process.returncode == 143
    assert said == "microemo: stopped\n"
    assert not [each for each in below if each.is_running()]


@pytest.mark.parametrize("code", [0, 1, 3])
def test_who_is_not_asked_ends_with_its_own_code_and_leaves_nobody(code: int, start: Start) -> None:
    assert start(str(code)).wait(timeout=30) == code
