"""One run at a time in one folder."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from stages.faults import SetupError


def _hold(folder: Path, **holder: object) -> None:
    (folder / "run.lock").write_text(json.dumps(holder))


def test_the_lock_stands_while_held_and_is_gone_after(tmp_path: Path) -> None:
    with RunLock(DatasetFolder(str(tmp_path))):
        assert json.loads((tmp_path / "run.lock").read_text())["pid"] == os.getpid()
    assert not (tmp_path / "run.lock").exists()


def test_a_second_run_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        _hold(tmp_path, host=socket.gethostname(), pid=other.pid, beat=0)
        lock = RunLock(DatasetFolder(str(tmp_path)))
        with pytest.raises(SetupError, match=f"process {other.pid}"), lock:
            pass
    finally:
        other.kill()
        other.wait()
    with RunLock(DatasetFolder(str(tmp_path))):  # its owner is dead now
        pass


def test_a_lock_from_another_host_holds_as_long_as_it_beats(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    _hold(tmp_path, host="elsewhere", pid=1, beat=time.time())
    with pytest.raises(SetupError, match="elsewhere"), RunLock(output):
        pass
    _hold(tmp_path, host="elsewhere", pid=1, beat=time.time() - 600)
    with RunLock(output):
        pass


def test_a_broken_lock_file_holds_nobody(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("{")
    with RunLock(DatasetFolder(str(tmp_path))):
        pass
