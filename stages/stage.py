"""The base of every stage: how it is called, and what its faults become."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from stages.check import Check
from stages.contract import StageSpec, require_columns, require_every_row
from stages.faults import DataFault, ErrorKind, SetupError
from stages.identity import Identity
from stages.rows import TENSORS, Row
from stages.section import Section, Sections

log = logging.getLogger(__name__)


class Stage(ABC):
    """A callable from rows to rows.

    A subclass names its `spec` and the `section` of its keys, loads what it needs in its
    constructor (raising `SetupError`) and implements `process`. Calling the stage guards
    `process`: rows that already carry an error pass by, a fault of one row becomes that row's
    error, the seconds spent are noted on each row, and the contract of `spec` is held.
    """

    spec: ClassVar[StageSpec]
    section: ClassVar[type[Section]]
    batch_rows: int = 1
    keeps: Mapping[str, str] = MappingProxyType({})
    """What the run keeps behind the stage, set by whoever builds it: see
    `pipeline.recipe.Recipe.kept_behind`."""

    def __init__(self, config: Any) -> None:  # noqa: B027 - most stages load something here
        """Load what the stage needs.

        Args:
            config: the section of the stage; what `spec.needs` names follows as keywords.

        Raises:
            SetupError: it is not there.
        """

    @abstractmethod
    def process(self, rows: list[Row]) -> list[Row]:
        """Turn at most `batch_rows` sound rows into rows with the columns of `spec.writes`.

        Raises:
            DataFault: the data of a row is at fault. With several rows in hand the guard calls
                again with each alone, so only the row at fault is marked.
            SetupError: no row can be worked on any more, which ends the run.
        """

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """What must be there before the first video; nothing is downloaded or kept open.

        Args:
            sections: see `stages.section.Sections`.
            thorough: also look at what takes seconds.
        """
        return []

    @classmethod
    def identity(cls, sections: Sections) -> Identity:
        """The weights that the stage loads itself; see `stages.identity`.

        Raises:
            SetupError: they are not there.
        """
        return {}

    @classmethod
    def memory_gib(cls, sections: Sections) -> float:
        """What a process of the stage holds at the most, roughly, beside Python and the model."""
        return 0.0

    @classmethod
    def rows_at_once(cls, sections: Sections) -> int:
        """How many rows one process of the stage works on side by side, a thread each; 1: none.

        Above 1 the stage is called from several threads. It is for stages that wait for others.
        """
        return 1

    @classmethod
    def ranks(cls, sections: Sections) -> int:
        """Over how many processes of its own one process of the stage spreads its work; 1: none."""
        return 1

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
            require_columns(self.spec.name, "reads", self.spec.reads, batch)
            processed = self.process([dict(row) for row in batch])
            require_every_row(self.spec, batch, processed)
            require_columns(self.spec.name, "writes", self.spec.writes, processed)
        except SetupError:
            raise
        except Exception as fault:
            if len(batch) > 1:
                return [row for single in batch for row in self._guarded([single])]
            return [self._failed(batch[0], fault, time.perf_counter() - began)]
        seconds = (time.perf_counter() - began) / len(batch)
        finished = [self._finished(row, seconds) for row in processed]
        return [_with_its_share(row) for row in finished] if self.spec.makes_windows else finished

    def _finished(self, row: Row, seconds: float) -> Row:
        kept = {name: value for name, value in row.items() if name not in self.spec.drops}
        kept |= {kept_as: row[name] for kept_as, name in self.keeps.items() if name in row}
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
        if isinstance(fault, DataFault):
            failed |= fault.columns
        failed["error"] = {"stage": self.spec.name, "kind": str(kind), "message": message}
        return failed


def _with_its_share(window: Row) -> Row:
    """The window with its share of the seconds spent on its video: sums over rows are right."""
    count = window.get("window_count") or 1
    return {**window, "timings": {name: s / count for name, s in window["timings"].items()}}


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
