"""One run at a time in one folder, whoever else starts, stops, dies or has the same names."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset import lock as module
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from pipeline.dataset.process import this_process
from stages.faults import SetupError

# Takes the lock of the folder it is given as soon as it is told to, and says how that went.
RACER = """
import sys, time
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from stages.faults import SetupError
folder = DatasetFolder(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
try:
    with RunLock(folder):
        print("held", flush=True)
        sys.stdin.readline()
except SetupError as fault:
    print("refused", fault, flush=True)
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEAT_S", 0.05)
    monkeypatch.setattr(module, "_WATCHED_S", 0.3)
    monkeypatch.setattr(module, "_SETTLED_S", 0.0)


@pytest.fixture(params=["local", "store"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> DatasetFolder:
    """A folder, and one on an object store."""
    where = str(tmp_path) if request.param == "local" else f"memory://{tmp_path.name}"
    folder = DatasetFolder(where)
    folder.make()
    return folder


def _hold(output: DatasetFolder, **holder: Any) -> None:
    told = {"token": "other", **this_process()._asdict(), "beat": time.time(), **holder}
    output.write_bytes("run.lock", json.dumps(told).encode())


def _holder(output: DatasetFolder) -> dict[str, Any]:
    holder: dict[str, Any] = json.loads(output.read_bytes("run.lock"))
    return holder


def _wait_until_lost(lock: RunLock) -> None:
    deadline = time.monotonic() + 10
    while lock.is_held and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.fixture
def racers(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that wait for a word to take the lock of one folder."""
    command = [sys.executable, "-c", RACER, str(tmp_path)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for racer in started:
        assert _said(racer) == "ready"
    yield started
    for racer in started:
        racer.kill()
        racer.wait()


def _said(racer: subprocess.Popen[str]) -> str:
    assert racer.stdout
    return racer.stdout.readline().strip()


def _told(racer: subprocess.Popen[str]) -> None:
    assert racer.stdin
    racer.stdin.write("\n")
    racer.stdin.flush()


def test_the_lock_stands_while_held_and_is_gone_after(output: DatasetFolder) -> None:
    with RunLock(output) as lock:
        first = _holder(output)
        assert first["pid"] == os.getpid()
        time.sleep(0.3)
        assert _holder(output)["beat"] > first["beat"]
        assert _holder(output)["token"] == first["token"]
        lock.require()
    assert not output.exists("run.lock")


def test_of_two_processes_one_gets_it_and_the_other_is_told_by_whom(
    racers: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    _hold(DatasetFolder(str(tmp_path)), pid=2**30)  # dead, so that both would clear it away
    for racer in racers:
        _told(racer)
    said = sorted((_said(racer), racer.pid) for racer in racers)
    assert [words.split()[0] for words, _ in said] == ["held", "refused"]
    assert "another run writes there" in said[1][0]
    assert _holder(DatasetFolder(str(tmp_path)))["pid"] == said[0][1]


def test_the_lock_of_a_process_that_was_killed_is_taken_at_once(
    racers: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    _told(racers[0])
    assert _said(racers[0]) == "held"
    with pytest.raises(SetupError, match=f"process {racers[0].pid}"), _lock(tmp_path):
        pass
    racers[0].kill()
    racers[0].wait()
    with _lock(tmp_path):
        pass


def _lock(folder: Path) -> RunLock:
    return RunLock(DatasetFolder(str(folder)))


def test_of_many_threads_one_gets_it(output: DatasetFolder) -> None:
    _hold(output, host="elsewhere", place="there", beat=0)  # dead: all would take it over
    held: list[RunLock] = []
    gate = threading.Barrier(6)
    end = threading.Event()

    def take() -> None:
        gate.wait()
        try:
            with RunLock(output) as lock:
                held.append(lock)
                end.wait(10)
        except SetupError:
            return

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    assert len(held) == 1
    end.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("place", ["another kernel", ""])
def test_a_live_lock_of_a_container_of_the_same_name_is_never_stolen(
    output: DatasetFolder, place: str
) -> None:
    """Its process number says nothing here, where nobody may have it."""
    _hold(output, pid=2**30, place=place)
    with pytest.raises(SetupError, match="another run writes there"), RunLock(output):
        pass
    assert _holder(output)["token"] == "other"


def test_a_lock_from_elsewhere_holds_as_long_as_it_beats(output: DatasetFolder) -> None:
    _hold(output, host="elsewhere", place="there", beat=time.time())
    with pytest.raises(SetupError, match="elsewhere"), RunLock(output):
        pass
    _hold(output, host="elsewhere", place="there", beat=time.time() - 600)
    with RunLock(output):
        pass


def test_a_clock_that_is_behind_does_not_make_a_lock_dead(output: DatasetFolder) -> None:
    end = threading.Event()

    def beat() -> None:
        while not end.wait(0.05):
            _hold(output, host="elsewhere", place="there", beat=time.time() - 3600)

    beating = threading.Thread(target=beat)
    _hold(output, host="elsewhere", place="there", beat=time.time() - 3600)
    beating.start()
    try:
        with pytest.raises(SetupError, match="elsewhere"), RunLock(output):
            pass
    finally:
        end.set()
        beating.join()


def test_a_run_whose_lock_was_taken_stops_and_leaves_it(output: DatasetFolder) -> None:
    with RunLock(output) as lock:
        _hold(output, token="thief")
        _wait_until_lost(lock)
        with pytest.raises(SetupError, match=r"stopped, for its lock .* another run's"):
            lock.require()
        time.sleep(0.2)
    assert _holder(output)["token"] == "thief"


def test_a_heartbeat_that_fails_stops_the_run(
    output: DatasetFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, content: bytes) -> None:
        raise SetupError("no space left")

    with RunLock(output) as lock:
        monkeypatch.setattr(output, "write_bytes", full)
        _wait_until_lost(lock)
        with pytest.raises(SetupError, match="no space left"):
            lock.require()


def test_a_broken_lock_file_holds_nobody(output: DatasetFolder) -> None:
    output.write_bytes("run.lock", b"{")
    with RunLock(output):
        pass


def test_what_a_takeover_that_died_left_is_cleared_away(
    output: DatasetFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hold(output, host="elsewhere", place="there", beat=0)
    dead = hashlib.sha256(output.read_bytes("run.lock")).hexdigest()[:16]
    output.write_bytes(f"run.lock.{dead}", b"")
    with pytest.raises(SetupError, match="another run writes there"), RunLock(output):
        pass
    monkeypatch.setattr(module, "_DEAD_AFTER_S", -1.0)
    with RunLock(output):
        pass
    assert not output.exists(f"run.lock.{dead}")


def test_a_lock_in_the_making_is_not_taken_for_a_broken_one(output: DatasetFolder) -> None:
    """Where a file system has no hard links, a file is there before its content."""
    output.write_bytes("run.lock", b"")
    written = threading.Timer(0.1, lambda: _hold(output, host="elsewhere", place="there"))
    written.start()
    with pytest.raises(SetupError, match="another run writes there"), RunLock(output):
        pass
    written.join()
    assert _holder(output)["token"] == "other"
