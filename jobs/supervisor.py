"""A run in a process of its own, and one beside it that hears signals and leaves nothing behind.

The process that works holds Ray, decoders and models: any of these may take a signal for itself,
hang or end the process. The one that a person started does nothing but wait. It has the working one
in another process group, so that a signal to all of its own (Ctrl-C, a batch system) reaches it
alone; asks it once to stop; and when it has ended, however it did, ends whatever it left running.
Should the waiting process be killed, the working one stops by itself.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import psutil

from jobs.exit_codes import COULD_NOT_RUN

_HEARS = "MICROEMO_HEARS"  # in the environment of the process that works: where it hears of a stop
_STOP = b"s"
_PATIENCE_S = 8.0  # until who was asked to stop is made to
_TICK_S = 0.1
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2): who is left by its parent becomes a child of this process
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def is_worker() -> bool:
    """Whether this process is the one that works."""
    return _HEARS in os.environ


def supervise() -> int:
    """Run the command line of this process in another one; the exit code.

    That is the other's own, 128 and the number of the signal that was heard, or `COULD_NOT_RUN`
    where it was ended by somebody else.
    """
    heard: list[int] = []
    reader, writer = os.pipe()

    def pass_on(number: int, _: FrameType | None) -> None:
        if not heard:  # once is enough: what is finished is being written
            heard.append(number)
            with contextlib.suppress(BrokenPipeError):
                os.write(writer, _STOP)

    for number in _SIGNALS:
        signal.signal(number, pass_on)
    _adopt_orphans()
    worker = subprocess.Popen(  # noqa: S603 - as this process was started
        [sys.executable, *sys.orig_argv[1:]],
        env={**os.environ, _HEARS: str(reader)},
        pass_fds=[reader],
        process_group=0,
    )
    os.close(reader)
    code = _waited_for(worker, heard)
    end_processes_below()
    for number in _SIGNALS:  # one more would end this process by itself, with another code
        signal.signal(number, signal.SIG_IGN)
    if heard:
        return 128 + heard[0]
    if code < 0:
        print(
            f"microemo: the run was ended by {_name(-code)}; what is finished is kept, and the "
            "same command goes on from there",
            file=sys.stderr,
        )
        return COULD_NOT_RUN
    return code


def hear() -> Callable[[], bool]:
    """Listen for the word to stop, in the process that works; whether it has come."""
    reader = int(os.environ.pop(_HEARS))  # what is started from here hears nothing
    os.set_inheritable(reader, False)
    _adopt_orphans()
    is_stopped = threading.Event()

    def listen() -> None:
        is_orphan = os.read(reader, 1) != _STOP
        is_stopped.set()
        if is_orphan:
            time.sleep(_PATIENCE_S)
            leave(COULD_NOT_RUN)

    threading.Thread(target=listen, name="stop", daemon=True).start()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: is_stopped.set())
    return is_stopped.is_set


def leave(code: int) -> None:
    """End this process and all below it, at once: nothing of Ray is waited for."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    end_processes_below()
    os._exit(code)


def end_processes_below() -> None:
    """Kill the children of this process, theirs, and whom these leave behind."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and (found := psutil.Process().children(recursive=True)):
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)  # whom their parents left are children of this one


def _waited_for(worker: "subprocess.Popen[bytes]", heard: list[int]) -> int:
    since: float | None = None
    while (code := worker.poll()) is None:
        if heard and since is None:
            since = time.monotonic()
        if since is not None and time.monotonic() - since > _PATIENCE_S:
            worker.kill()
        time.sleep(_TICK_S)
    return code


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
