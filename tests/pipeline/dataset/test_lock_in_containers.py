"""One run at a time in one folder, of processes in two containers of one host name.

A container has process numbers of its own, so the same number may mean another process, and a
number that nobody has here may be that of one which lives.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.namespaces import refuse_without_namespaces, unshared
from tests.object_store import object_store

pytestmark = [pytest.mark.slow, pytest.mark.namespaces]

ROOT = Path(__file__).parents[3]
# Tries to take the lock whenever it is told to, and says how that went; holds it until told again.
PROGRAM = """
import os, sys
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from stages.faults import SetupError
folder = DatasetFolder(sys.argv[1])
print("ready", os.getpid(), flush=True)
for _ in sys.stdin:
    try:
        with RunLock(folder):
            print("held", flush=True)
            sys.stdin.readline()
    except SetupError as fault:
        print("refused", fault, flush=True)
"""


class _Container:
    """A process that is the first of a namespace of process numbers."""

    def __init__(self, folder: str) -> None:
        self._process = subprocess.Popen(
            [
                *unshared("--pid", "--fork", "--mount-proc", "--kill-child"),
                *(sys.executable, "-c", PROGRAM, folder),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = self._said()
        if said != "ready 1":
            refuse_without_namespaces(said + self._process.communicate()[1])

    def tries(self) -> str:
        """To take the lock; what it says of that."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._said()

    def kill(self) -> None:
        """With whatever is in it."""
        self._process.kill()
        self._process.communicate()

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@pytest.fixture(params=["disk", "store"])
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """On a disk, and on a store with the API of S3."""
    if request.param == "disk":
        yield str(tmp_path)
        return
    with object_store(monkeypatch) as store:
        yield f"{store.bucket('corpus')}/out"


@contextmanager
def _two(folder: str) -> Iterator[list[_Container]]:
    both = [_Container(folder) for _ in range(2)]
    try:
        yield both
    finally:
        for container in both:
            container.kill()


def test_the_second_is_refused_however_often_it_tries_until_the_first_is_dead(folder: str) -> None:
    with _two(folder) as (first, second):
        assert first.tries() == "held"
        for _ in range(20):
            assert "another run writes there (process 1 on " in second.tries()
        first.kill()
        killed_at = time.monotonic()
        while "another run writes there" in (said := second.tries()):
            time.sleep(0.5)
        assert said == "held"
        assert time.monotonic() - killed_at < 75  # a minute is promised; a machine may be busy


def test_the_second_is_refused_for_longer_than_a_dead_lock_would_stand(folder: str) -> None:
    """The first beats on, also while it is watched."""
    with _two(folder) as (first, second):
        assert first.tries() == "held"
        until = time.monotonic() + 70
        while time.monotonic() < until:
            assert "another run writes there (process 1 on " in second.tries()
            time.sleep(0.5)
