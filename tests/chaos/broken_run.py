"""A run of the command that is to be killed: its processes, and who is left of them."""

import math
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
_MARK = "MICROEMO_CHAOS"  # in the environment of all that descends from a run
_TICK_S = 0.05


class BrokenRun:
    """`microemo annotate` over `videos` into `out`, and everything that it starts.

    Args:
        videos: the corpus.
        out: the folder of the results, made by earlier runs or by this one.
        settings: `KEY=VALUE` for `--set`.
    """

    def __init__(self, videos: Path, out: Path, settings: list[str]) -> None:
        """Start it."""
        self._mark = uuid.uuid4().hex
        self._below: list[psutil.Process] = []  # when one was killed
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        options = [word for setting in settings for word in ("--set", setting)]
        self._log = out.with_name("terminal.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jobs.command", "annotate", str(videos)),
                *("--out", str(out), *options),
            ],
            cwd=out.parent,
            env={**os.environ, "PYTHONPATH": paths, _MARK: self._mark},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def kill_one(self, kind: str, chance: random.Random) -> bool:
        """Kill what `kind` names of the run, as soon as there is one; False where the run ends."""
        while not (found := KINDS[kind](self.process.pid)):
            if self.ended_within(_TICK_S) is not None:
                return False
        chosen = [chance.choice(found)] if kind == "worker" else found
        self._below = _below(self.process.pid)
        for process in chosen:
            with suppress(psutil.Error):
                process.kill()
        return True

    def ended_within(self, seconds: float) -> float | None:
        """The seconds until the process that was started ends; None where it does not."""
        began = time.monotonic()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
            return time.monotonic() - began
        return None

    def all_ended_within(self, seconds: float) -> float:
        """The seconds until no process of the run lives any more; `inf` where some still do."""
        began = time.monotonic()
        while self._alive():
            if time.monotonic() - began > seconds:
                return math.inf
            time.sleep(_TICK_S)
        return time.monotonic() - began

    def left(self) -> list[str]:
        """The commands of the processes of the run that live."""
        return [_command(process) for process in self._alive()]

    def said(self) -> str:
        """What stood on the terminal."""
        self._log.seek(0)
        return self._log.read()

    def close(self) -> None:
        """Let go of what it said."""
        self._log.close()

    def _alive(self) -> list[psutil.Process]:
        """Those that have the mark, and those that were below and may have written over it."""
        marked = [process for process in psutil.process_iter() if self._is_of_run(process)]
        return [*marked, *(p for p in self._below if p not in marked and _lives(p))]

    def _is_of_run(self, process: psutil.Process) -> bool:
        with suppress(psutil.Error, OSError):
            return _lives(process) and process.environ().get(_MARK) == self._mark
        return False


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _below(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return list(psutil.Process(pid).children(recursive=True))
    return []


def _command(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())[:100]
    return ""


def _workers(pid: int) -> list[psutil.Process]:
    return [process for process in _rays(pid) if "Agent" not in _command(process)]


def _agents(pid: int) -> list[psutil.Process]:
    """Ray's helpers of a machine, whose raylet ends when one of them does."""
    return [process for process in _rays(pid) if "Agent" in _command(process)]


def _rays(pid: int) -> list[psutil.Process]:
    return [process for process in _below(pid) if _command(process).startswith("ray::")]


def _named(name: str) -> Callable[[int], list[psutil.Process]]:
    return lambda pid: [process for process in _below(pid) if _name(process) == name]


def _name(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return str(process.name())
    return ""


def _node(pid: int) -> list[psutil.Process]:
    """The raylet first, and all that it started."""
    raylets = _named("raylet")(pid)
    return [process for raylet in raylets for process in (raylet, *_below(raylet.pid))]


def _guard(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(pid).children()[:1]
    return []


def _driver(pid: int) -> list[psutil.Process]:
    """The process that holds Ray, which the guard has started."""
    with suppress(psutil.Error):
        return [child for guard in _guard(pid) for child in guard.children()[:1]]
    return []


def _both(pid: int) -> list[psutil.Process]:
    driver = _driver(pid)
    return [psutil.Process(pid), *driver] if driver else []


SURVIVED = ("worker",)  # the run goes on by itself

KINDS: dict[str, Callable[[int], list[psutil.Process]]] = {
    "command": lambda pid: [psutil.Process(pid)],
    "guard": _guard,
    "driver": _driver,
    "command, driver": _both,
    "worker": _workers,
    "agent": lambda pid: _agents(pid)[:1],
    "raylet": _named("raylet"),
    "GCS": _named("gcs_server"),
    "node": _node,
}
"""Whom a kill can hit, and how it is found below the process that a person started."""
