"""What native code that ended a process said last, found in the lines that processes print."""

import re
import threading
from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

_SIGNAL = re.compile(r"\*\*\* (SIG[A-Z]+) received")
_PLACE = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<function>\S+)')
_KEPT_PARTS = 3  # of the path of a file: enough to find it on any machine


class Crash(NamedTuple):
    """How a process ended.

    Attributes:
        address: of its machine.
        pid: there.
        told: the signal, and the innermost line of Python.
    """

    address: str
    pid: int
    told: str


class Crashes:
    """Listens to the lines that processes print, as Ray brings them: on a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signals: dict[tuple[str, int], str] = {}  # of which the place is not known yet
        self._found: list[Crash] = []

    def hear(self, address: str, pid: int, lines: Iterable[str]) -> None:
        """Take in lines of a process, in their order.

        Args:
            address: of its machine.
            pid: there.
            lines: what it printed.
        """
        with self._lock:
            for line in lines:
                self._take(address, pid, line)

    def found(self) -> list[Crash]:
        """Those that were found since the last call."""
        with self._lock:
            found, self._found = self._found, []
        return found

    def _take(self, address: str, pid: int, line: str) -> None:
        received = _SIGNAL.search(line)
        if received is not None:
            self._signals[address, pid] = received[1]
            return
        place = _PLACE.match(line)
        if place is None or (address, pid) not in self._signals:
            return
        number = self._signals.pop((address, pid))
        file = "/".join(PurePath(place["file"]).parts[-_KEPT_PARTS:])
        told = f"{number} in {file}, line {place['line']}, in {place['function']}"
        self._found.append(Crash(address, pid, told))
