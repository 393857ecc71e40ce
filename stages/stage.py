"""The contract of a stage: what it reads and writes, how it is called, what its faults become."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from stages.rows import TENSORS

Row = dict[str, Any]

log = logging.getLogger(__name__)


class ErrorKind(StrEnum):
    """Everything that can be wrong with a row. Closed: readers may rely on it."""

    NOT_FOUND = "not_found"  # nothing can be opened at the URI
    EMPTY_FILE = "empty_file"  # zero bytes
    UNREADABLE = "unreadable"  # no media container, or one broken beyond reading
    NO_VIDEO = "no_video"  # a container without a video stream
    NO_FRAMES = "no_frames"  # a video stream from which no frame decodes
    TOO_LARGE = "too_large"  # declares more pixels, seconds or bytes than the limits allow
    BAD_TRANSCRIPT = "bad_transcript"  # a transcript was given and nothing in it can be read
    WORKER_DIED = "worker_died"  # the process holding the row died, twice
    INTERNAL = "internal"  # a defect of ours; the run's log holds the trace


class DataFault(Exception):
    """What is wrong with one row's data. Becomes an error on that row, never ends a run."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class SetupError(Exception):
    """What is wrong with the set-up: names the key or file, the fault and the way out."""


@dataclass(frozen=True)
class StageSpec:
    """A stage's name and the columns of `stages.rows.FIELDS` it reads, writes and takes away."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    drops: tuple[str, ...] = ()


class Stage(ABC):
    """A callable from rows to rows.

    A subclass loads what it needs in its constructor (raising `SetupError`) and implements
    `process`. Calling the stage guards `process`: rows that already carry an error pass by, a
    fault of one row becomes that row's error, and the seconds spent are noted on each row.
    """

    spec: ClassVar[StageSpec]
    batch_rows: int = 1

    @abstractmethod
    def process(self, rows: list[Row]) -> list[Row]:
        """Turn at most `batch_rows` sound rows into rows with the columns of `spec.writes`.

        Raises:
            DataFault: the data of a row is at fault. With several rows in hand the guard calls
                again with each alone, so only the row at fault is marked.
        """

    def __call__(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the processed rows in order, lazily, a batch at a time."""
        for batch in _batches_of_sound_rows(rows, self.batch_rows):
            if batch[0].get("error") is not None:
                yield from batch
            else:
                yield from self._guarded(batch)

    def _guarded(self, batch: list[Row]) -> list[Row]:
        began = time.perf_counter()
        try:
            processed = self.process([dict(row) for row in batch])
        except Exception as fault:
            if len(batch) > 1:
                return [row for single in batch for row in self._guarded([single])]
            return [self._failed(batch[0], fault, time.perf_counter() - began)]
        seconds = (time.perf_counter() - began) / len(batch)
        return [self._finished(row, seconds) for row in processed]

    def _finished(self, row: Row, seconds: float) -> Row:
        kept = {name: value for name, value in row.items() if name not in self.spec.drops}
        kept["timings"] = {**(row.get("timings") or {}), self.spec.name: seconds}
        return kept

    def _failed(self, row: Row, fault: Exception, seconds: float) -> Row:
        kind, message = ErrorKind.INTERNAL, f"{type(fault).__name__}: {fault}"
        if isinstance(fault, DataFault):
            kind, message = fault.kind, fault.message
        else:
            log.exception("stage %s failed on %s", self.spec.name, row.get("uri"))
        failed = self._finished(row, seconds)
        failed = {name: value for name, value in failed.items() if name not in TENSORS}
        failed["error"] = {"stage": self.spec.name, "kind": str(kind), "message": message}
        return failed


def _batches_of_sound_rows(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Batches of sound rows; a row with an error goes alone, in its place."""
    sound: list[Row] = []
    for row in rows:
        if row.get("error") is not None:
            if sound:
                yield sound
                sound = []
            yield [row]
            continue
        sound.append(row)
        if len(sound) == size:
            yield sound
            sound = []
    if sound:
        yield sound
