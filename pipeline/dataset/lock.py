"""One run at a time in one output folder."""

import json
import os
import socket
import threading
import time
from types import TracebackType

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import LOCK
from stages.faults import SetupError

_BEAT_S = 10.0
_DEAD_AFTER_S = 60.0


class RunLock:
    """Holds an output folder while a run writes to it.

    The lock is a file with its owner and a heartbeat, so that it works on an object store too. A
    lock whose owner is known to be dead, or that has not beaten for a minute, is taken over.
    """

    def __init__(self, output: DatasetFolder) -> None:
        self._output = output
        self._owner = {"host": socket.gethostname(), "pid": os.getpid()}
        self._released = threading.Event()
        self._heart = threading.Thread(target=self._beat_on, name="run-lock", daemon=True)

    def __enter__(self) -> "RunLock":
        """Take the lock.

        Raises:
            SetupError: another run holds it.
        """
        holder = self._holder()
        if holder is not None and _alive(holder):
            raise SetupError(
                f"--out {self._output.location}: another run writes there (process "
                f"{holder['pid']} on {holder['host']}). Wait for it or give another folder."
            )
        self._beat()
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back."""
        self._released.set()
        self._heart.join()
        self._output.remove(LOCK)

    def _holder(self) -> dict[str, object] | None:
        if not self._output.exists(LOCK):
            return None
        try:
            holder: dict[str, object] = json.loads(self._output.read_bytes(LOCK))
        except (ValueError, OSError):
            return None
        return holder

    def _beat(self) -> None:
        content = json.dumps({**self._owner, "beat": time.time()})
        self._output.write_bytes(LOCK, content.encode())

    def _beat_on(self) -> None:
        while not self._released.wait(_BEAT_S):
            self._beat()


def _alive(holder: dict[str, object]) -> bool:
    beat, pid = holder.get("beat"), holder.get("pid")
    if holder.get("host") == socket.gethostname() and isinstance(pid, int):
        return pid != os.getpid() and _runs(pid)
    return isinstance(beat, int | float) and time.time() - beat < _DEAD_AFTER_S


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
