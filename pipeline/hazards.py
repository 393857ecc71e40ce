"""Which rows end or hold up whoever works on them, so that such a row costs itself alone.

Every process of a run says which rows it begins and which it has done. What was begun by a process
that is no more, and never ended, may be why. Rows that were together are told to be taken one by
one. A row that was alone when its process died, three times, is not worked on again: once may be
chance, and twice where processes are killed for other reasons. Whoever works on something for too
long is named, to be killed by the driver: a process that is stopped, or deep in a codec, cannot
watch itself.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.crashes import Crash
from stages.faults import ErrorKind

Verdict = Literal["together", "alone", "worker_died", "timed_out"]
"""How a row is to be taken: with others, by itself, or not at all, and why."""

_MOST_DEATHS = 3


@dataclass(frozen=True)
class Worker:
    """A process of a lane.

    Attributes:
        name: that no other has.
        node: by Ray's id of it.
        address: of that node.
        pid: there.
    """

    name: str
    node: str
    address: str
    pid: int


@dataclass
class _Task:
    worker: Worker
    rows: list[str]
    allowed_s: float
    since_s: float | None  # on the clock; None: it rests until more is asked of it
    spent_s: float = 0.0
    is_named: bool = False  # as one to be killed

    def spent_by(self, now_s: float) -> float:
        return self.spent_s + (0.0 if self.since_s is None else now_s - self.since_s)


@dataclass
class Hazards:
    """What is worked on now, and what is known of rows that were.

    It lives in a process of its own, which no row can end.

    Attributes:
        clock: seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _tasks: dict[str, _Task] = field(default_factory=dict)  # by the worker's name
    _begun_by: dict[str, str] = field(default_factory=dict)  # row to worker
    _deaths: Counter[str] = field(default_factory=Counter)  # of workers that had the row alone
    _suspects: set[str] = field(default_factory=set)
    _timed_out: set[str] = field(default_factory=set)
    _dead: dict[str, list[Worker]] = field(default_factory=dict)  # row to those that had it
    _crashes: dict[tuple[str, int], str] = field(default_factory=dict)  # by address and pid

    def begin(self, worker: Worker, rows: Sequence[str], allowed_s: float) -> Mapping[str, Verdict]:
        """A worker has these rows before it; how each is to be taken.

        Those that may be taken together are begun, and worked on from now on. Each of those that
        are to be taken alone is to be begun by itself, later.

        Args:
            worker: that asks.
            rows: their ids.
            allowed_s: seconds for each of them.
        """
        for row in rows:
            self._look_back(row, worker)
        verdicts = {row: self._verdict(row, is_alone=len(rows) == 1) for row in rows}
        begun = [row for row in rows if verdicts[row] == "together"]
        if begun:
            self._let_go(worker)
            since_s = self.clock()
            self._tasks[worker.name] = _Task(worker, begun, allowed_s * len(begun), since_s)
            self._begun_by.update(dict.fromkeys(begun, worker.name))
        return verdicts

    def works(self, worker: Worker) -> None:
        """The worker goes on with what it has begun."""
        task = self._tasks.get(worker.name)
        if task is not None and task.since_s is None:
            task.since_s = self.clock()

    def rests(self, worker: Worker, done: Collection[str] = ()) -> None:
        """The worker waits to be asked for more; these rows are done."""
        task = self._tasks.get(worker.name)
        if task is None:
            return
        task.spent_s, task.since_s = task.spent_by(self.clock()), None
        for row in done:
            self._begun_by.pop(row, None)
        task.rows = [row for row in task.rows if row not in done]
        if not task.rows:
            del self._tasks[worker.name]

    def overdue(self) -> list[Worker]:
        """Who is to be killed: they work for longer than they may. Each is named once."""
        now_s = self.clock()
        late = [
            task
            for task in self._tasks.values()
            if not task.is_named and task.spent_by(now_s) > task.allowed_s
        ]
        for task in late:
            task.is_named = True
        return [task.worker for task in late]

    def killed(self, worker: Worker) -> None:
        """The worker was overdue and lived until it was killed for that."""
        task = self._tasks.get(worker.name)
        if task is None:
            return
        self._let_go(worker)
        if len(task.rows) == 1:
            self._timed_out.update(task.rows)
        else:
            self._suspects.update(task.rows)

    def crashed(self, crash: Crash) -> None:
        """A process has said how it ended."""
        self._crashes[crash.address, crash.pid] = crash.told

    def causes(self) -> Mapping[str, str]:
        """Of rows whose workers died: how the last of them did that said so."""
        return {
            row: told
            for row, workers in self._dead.items()
            for worker in workers
            if (told := self._crashes.get((worker.address, worker.pid))) is not None
        }

    def _let_go(self, worker: Worker) -> None:
        """What the worker had before and did not end is nobody's: its task was called off."""
        task = self._tasks.pop(worker.name, None)
        for row in task.rows if task is not None else ():
            self._begun_by.pop(row, None)

    def _look_back(self, row: str, worker: Worker) -> None:
        """Whoever had the row before, and did not end it, is no more: else it were not here."""
        before = self._begun_by.get(row)
        if before is None or before == worker.name:
            return
        task = self._tasks.pop(before)
        held = task.rows
        for other in held:
            del self._begun_by[other]
            self._dead.setdefault(other, []).append(task.worker)
        if len(held) == 1:
            self._deaths[row] += 1
        else:
            self._suspects.update(held)

    def _verdict(self, row: str, *, is_alone: bool) -> Verdict:
        if row in self._timed_out:
            return "timed_out"
        if self._deaths[row] >= _MOST_DEATHS:
            return "worker_died"
        is_suspect = row in self._suspects or self._deaths[row] > 0
        return "alone" if is_suspect and not is_alone else "together"


MESSAGES: Mapping[str, str] = {
    ErrorKind.WORKER_DIED: "the process that worked on it died, three times, with nothing else in "
    "its hands; the run's log may say why",
    ErrorKind.TIMED_OUT: "it was worked on for longer than limits.window_seconds or "
    "limits.video_seconds allow, and its process was ended",
}
