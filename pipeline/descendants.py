"""The end of a process and of all those below it."""

import contextlib
import ctypes
import os
import sys
import time

import psutil

OF_A_SIGNAL = 128
"""Added to the number of the signal that ended a process, in the code of whoever tells so."""

_PATIENCE_S = 8.0
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2): who is left by its parent becomes a child of this process


def adopt_orphans() -> None:
    """From here on whoever below is left by its parent becomes a child of this process (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def leave(code: int) -> None:
    """End this process and all below it, at once: nothing of Ray is waited for."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    _end_descendants()
    os._exit(code)


def _end_descendants() -> None:
    """Kill the children of this process, theirs, and whom these leave behind."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and (found := psutil.Process().children(recursive=True)):
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)  # whom their parents left are children of this one
