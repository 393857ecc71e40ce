"""Which process this is, so that another one can tell whether it still runs."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

_STARTED = 21  # among the fields of /proc/PID/stat behind the name: see proc(5), field 22


class Process(NamedTuple):
    """A process, and where its number means something."""

    host: str
    pid: int
    # One start of one kernel and one namespace of process numbers: containers that share a host
    # name, or a machine that starts anew, differ in it. "" where the system does not say.
    place: str
    started: str  # in ticks of the kernel; numbers are given again. "" where unknown


def this_process() -> Process:
    """The one that calls."""
    return Process(socket.gethostname(), os.getpid(), _place(), _started(os.getpid()) or "")


def is_dead(told: Mapping[str, Any], here: Process) -> bool | None:
    """Whether the process that `told` describes has ended; None where that cannot be seen.

    Args:
        told: the fields of a `Process`, as they were written.
        here: the process that asks.
    """
    pid, started = told.get("pid"), told.get("started")
    if not here.place or told.get("place") != here.place or type(pid) is not int or not started:
        return None
    return bool(_started(pid) != started)


def _place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return f"{boot} {namespace}"


def _started(pid: int) -> str | None:
    """When the process began; None if there is none of this number."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name, in brackets, may hold anything.
    return stat.rpartition(")")[2].split()[_STARTED - 2]
