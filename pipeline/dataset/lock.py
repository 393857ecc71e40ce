"""One run at a time in one output folder."""

import hashlib
import json
import threading
import time
import uuid
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import LOCK
from pipeline.dataset.process import Process, is_dead, this_process
from stages.faults import SetupError

_BEAT_S = 10.0
_DEAD_AFTER_S = 30.0  # before it is watched: a minute in all
_WATCHED_S = 2.5 * _BEAT_S  # a lock that looks dead: clocks of two machines may differ
_SETTLED_S = 1.0  # until two that took a lock in a store without exclusive puts see who has it

Holder = dict[str, Any]


class RunLock:
    """Holds an output folder while a run writes to it.

    The lock is a file with a token of its own, its owner and a heartbeat, made exclusively, so that
    it works on an object store too. It is taken over where its owner is known to be dead, or has
    not beaten for half a minute and does not while it is watched. A machine cannot tell whether the
    process of another one lives, nor one container of another, whatever their names: there the
    heartbeat alone counts.
    """

    def __init__(self, output: DatasetFolder) -> None:
        self._output = output
        self._token = uuid.uuid4().hex
        self._owner: Process = this_process()
        self._released = threading.Event()
        self._lost: SetupError | None = None  # why the lock may no longer be ours
        self._heart = threading.Thread(target=self._beat_on, name="run-lock", daemon=True)

    def __enter__(self) -> "RunLock":
        """Take the lock.

        Raises:
            SetupError: another run holds it, or takes it at the same moment.
        """
        self._output.hold()
        while not self._made(LOCK):
            written = self._read()
            if written is None:  # given back at this moment
                continue
            if not self._is_dead(written):
                raise self._refused(_holder_in(written))
            self._clear(written)
        if not self._output.is_local:
            time.sleep(_SETTLED_S)
        if not self._holds():
            raise self._refused(_holder_in(self._read() or b""))
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back, unless it is another's by now.

        Raises:
            SetupError: it cannot be taken away. Where the run ends by a fault, that one is told.
        """
        self._released.set()
        self._heart.join()
        try:
            if self._holds():
                self._output.remove(LOCK)
        except SetupError:
            if fault is None:
                raise

    @property
    def is_held(self) -> bool:
        """Whether every heartbeat so far found the lock ours and went through."""
        return self._lost is None

    def require(self) -> None:
        """Raise SetupError once a heartbeat has failed: from then on another run may write."""
        if self._lost is not None:
            raise self._lost

    def _content(self) -> bytes:
        written = {"token": self._token, **self._owner._asdict(), "beat": time.time()}
        return json.dumps(written).encode()

    def _made(self, name: str) -> bool:
        """Whether this lock has made a file; a put that had no answer is tried again, and then
        finds its own work.
        """
        return self._output.create(name, self._content()) or self._holds(name)

    def _read(self, name: str = LOCK) -> bytes | None:
        """What the lock, or a claim to it, says; None where there is none."""
        try:
            return self._output.read_bytes(name)
        except OSError:
            return None

    def _holds(self, name: str = LOCK) -> bool:
        return _holder_in(self._read(name) or b"").get("token") == self._token

    def _is_dead(self, written: bytes) -> bool:
        """Whether nobody holds the lock; one that cannot be read may be in the making."""
        holder = _holder_in(written)
        dead = is_dead(holder, self._owner)
        if dead is not None:
            return dead
        beat = holder.get("beat")
        if isinstance(beat, int | float) and time.time() - beat < _DEAD_AFTER_S:
            return False
        until = time.monotonic() + _WATCHED_S
        while time.monotonic() < until:
            time.sleep(_WATCHED_S / 10)
            if self._read() != written:
                return False
        return True

    def _clear(self, dead: bytes) -> None:
        """Take a dead lock away; of several runs that would, one does.

        Raises:
            SetupError: another one does.
        """
        claim = f"{LOCK}.{hashlib.sha256(dead).hexdigest()[:16]}"
        if not self._made(claim):
            if self._output.age_s(claim) < _DEAD_AFTER_S:
                raise self._refused({})
            self._output.remove(claim)  # its maker died between two lines
            return
        try:
            if self._read() == dead:
                self._output.remove(LOCK)
        finally:
            self._output.remove(claim)

    def _refused(self, holder: Holder) -> SetupError:
        who = (
            f" (process {holder['pid']} on {holder['host']})"
            if {"pid", "host"} <= holder.keys()
            else ""
        )
        return SetupError(
            f"--out {self._output.location}: another run writes there{who}. Wait for it or give "
            "another folder."
        )

    def _beat_on(self) -> None:
        while self.is_held and not self._released.wait(_BEAT_S):
            self._beat()

    def _beat(self) -> None:
        try:
            self._output.require_held()
            if not self._holds():
                raise SetupError(
                    f"--out {self._output.location}: the run was stopped, for its lock {LOCK} is "
                    "gone or another run's. What is written stays; the same command goes on from "
                    "there."
                )
            self._output.write_bytes(LOCK, self._content())
        except SetupError as fault:
            self._lost = fault


@dataclass(frozen=True)
class Holding:
    """Who holds the lock of a dataset.

    Attributes:
        host, pid: the process; None where the lock does not say.
        beat_s: seconds since it last said that it lives.
        is_dead: whether the process has ended; None where that cannot be seen from here.
    """

    host: str | None
    pid: int | None
    beat_s: float | None
    is_dead: bool | None


def holding(output: DatasetFolder) -> Holding | None:
    """Who holds the lock of the dataset in `output`; None: nobody does."""
    try:
        holder = _holder_in(output.read_bytes(LOCK))
    except OSError:
        return None
    beat = holder.get("beat")
    return Holding(
        holder.get("host"),
        holder.get("pid"),
        max(time.time() - beat, 0.0) if isinstance(beat, int | float) else None,
        is_dead(holder, this_process()),
    )


def _holder_in(written: bytes) -> Holder:
    """What a lock says of its holder; nothing where it is broken."""
    try:
        holder = json.loads(written)
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}
