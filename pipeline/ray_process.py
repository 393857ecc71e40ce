"""The process that holds Ray, beside the one that keeps the rows.

Ray and native code may end a process at any moment, take a signal for themselves or hang. So
whatever has a part in a run is below a process of its own, and the finished rows come from there
over a socket: this one, which counts and writes them, holds nothing that could take them along.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

import psutil

from pipeline.descendants import OF_A_SIGNAL
from pipeline.ray_session import opened_log
from pipeline.ray_side import Done, Pass, Refused, Work
from pipeline.rays_disk import no_room_for_ray
from pipeline.worker_paths import paths_to_ours
from stages.faults import SetupError
from stages.rows import Row, from_table

_PATIENCE_S = 8.0
_LOOK_S = 0.5
_LAST_WORDS_S = 2.0
_RAYS_OWN = frozenset({"gcs_server", "raylet"})
_GUARD = "from pipeline.guard import main; main()"
_MAIN = "from pipeline.ray_side import main; main()"
_SIGNALS_ITS_OWN = 0  # of `process_group`: a signal to our group is for us alone


class RayProcess:
    """Ray for the length of a run.

    Args:
        work: what is done to rows.

    Attributes:
        causes: of rows whose processes died in a pass that has ended, what one of these said of it.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.causes: Mapping[str, str] = {}
        self._rays_own: dict[str, psutil.Process] = {}  # those that no run can do without
        self._looked_at = 0.0

    def __enter__(self) -> "RayProcess":
        """Start it.

        Raises:
            SetupError: the log of the run cannot be written.
        """
        # Without the working folder on its path: what stands there is not ours.
        python = [sys.executable, "-P", "-c"]
        with ExitStack() as closed:
            log = closed.enter_context(opened_log(self._work.log_file))
            ours, theirs = map(closed.enter_context, socket.socketpair())
            their_leash, self._leash = os.pipe()
            closed.callback(os.close, their_leash)
            self._process = subprocess.Popen(  # noqa: S603 - our own code, in this Python
                [
                    *(*python, _GUARD, str(their_leash)),
                    *(*python, _MAIN, str(theirs.fileno())),
                ],
                env={**os.environ, "PYTHONPATH": paths_to_ours()},
                pass_fds=[their_leash, theirs.fileno()],
                process_group=_SIGNALS_ITS_OWN,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            self._answers = Connection(ours.detach())
        self._send(self._work)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, and with it all that it started."""
        self._answers.close()  # it hears that
        if not self._lost():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE_S)
        os.close(self._leash)  # whatever is left is ended by the guard
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_S)
        self._process.kill()
        self._process.wait()

    def finished(self, rows: Sequence[Row], tick_s: float, *, alone: bool) -> Iterator[list[Row]]:
        """The finished rows of a pass as they come, and an empty list whenever a tick passes.

        Args:
            rows: of videos or of windows.
            tick_s: seconds.
            alone: see `pipeline.graph.dataset`.

        Raises:
            SetupError: the set-up is wrong, or Ray has ended.
        """
        self._send(Pass(rows, alone))
        while not isinstance(answer := self._received(tick_s), Done):
            if isinstance(answer, Refused):
                raise SetupError(answer.message)
            yield [] if answer is None else from_table(answer)
        self.causes = answer.causes

    def _send(self, what: Any) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # what is received then says why
            self._answers.send(what)

    def _received(self, tick_s: float) -> Any:
        """What comes next; None: nothing yet."""
        try:
            if self._answers.poll(tick_s):
                return self._answers.recv()
            if time.monotonic() - self._looked_at > _LOOK_S and self._lost():
                return self._last_words()
            if self._process.poll() is not None:
                raise EOFError
        except (EOFError, OSError) as fault:
            lost, code = self._lost(), self._process.wait()
            raise self._has_ended(_end(code) if lost is None else _is_gone(lost)) from fault
        return None

    def _last_words(self) -> Any:
        """What still comes of a Ray that has ended: it may say why, or hand over rows."""
        if self._answers.poll(_LAST_WORDS_S):
            return self._answers.recv()
        raise self._has_ended(_is_gone(self._lost()))

    def _lost(self) -> str | None:
        """The one of Ray's own processes that has ended, if Ray was started on this machine.

        Ray itself waits a minute for its gcs_server, and may hang in native code for a raylet.
        """
        self._looked_at = time.monotonic()
        if self._rays_own.keys() != _RAYS_OWN:
            with suppress(psutil.Error):
                for child in psutil.Process(self._process.pid).children(recursive=True):
                    if child.name() in _RAYS_OWN:
                        self._rays_own.setdefault(child.name(), child)
        return next((name for name, one in self._rays_own.items() if not _lives(one)), None)

    def _has_ended(self, how: str) -> SetupError:
        return SetupError(
            no_room_for_ray()
            or f"{how}; what is finished is kept, and the same command goes on from there. "
            f"{self._work.log_file} may say more."
        )


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _is_gone(name: str | None) -> str:
    return f"Ray on this machine has ended (its {name} is gone)"


def _end(code: int) -> str:
    """How the process ended, by the code of its guard, which may have been ended itself."""
    number = -code if code < 0 else code - OF_A_SIGNAL
    if number <= 0:
        return f"the process that holds Ray has ended (code {code})"
    with suppress(ValueError):
        return f"the process that holds Ray was ended by {signal.Signals(number).name}"
    return f"the process that holds Ray was ended by signal {number}"
