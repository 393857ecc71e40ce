"""Several processes that cut, and what becomes of clips at which one of them dies."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType

from pipeline.export.media.cutter import cut_all, follow_parent
from pipeline.export.media.job import CutJob, Made, Unmade

Result = Made | Unmade

_DEADLY = "a codec ends the process that cuts it"


class Cutters:
    """Takes jobs and gives what came of them."""

    def __init__(self, location: str, workers: int) -> None:
        """
        Args:
            location: the export.
            workers: processes at once.
        """
        self._location = location
        self._workers = workers
        self._pool = self._begun(workers)

    def __enter__(self) -> "Cutters":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=fault is None, cancel_futures=True)

    def cut(self, batches: Iterable[Sequence[CutJob]]) -> Iterator[list[Result]]:
        """What came of each batch, in their order; a few batches are taken ahead.

        Raises:
            stages.faults.SetupError: a clip cannot be written.
        """
        waiting: deque[tuple[Sequence[CutJob], Future[list[Result]] | None]] = deque()
        for batch in batches:
            waiting.append((batch, self._asked(batch)))
            while len(waiting) > 2 * self._workers:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _asked(self, batch: Sequence[CutJob]) -> "Future[list[Result]] | None":
        if not batch:
            return None
        try:
            return self._pool.submit(cut_all, batch, self._location)
        except BrokenProcessPool:
            return self._anew().submit(cut_all, batch, self._location)

    def _result(
        self, batch: Sequence[CutJob], asked: "Future[list[Result]] | None"
    ) -> list[Result]:
        if asked is None:
            return []
        try:
            return asked.result()
        except BrokenProcessPool:  # this batch did it, or another that was worked on beside it
            return [self._alone(job) for job in batch]

    def _alone(self, job: CutJob) -> Result:
        with self._begun(1) as pool:
            try:
                return pool.submit(cut_all, [job], self._location).result()[0]
            except BrokenProcessPool:
                return Unmade(job.name, _DEADLY)

    def _anew(self) -> ProcessPoolExecutor:
        self._pool.shutdown(wait=False)
        self._pool = self._begun(self._workers)
        return self._pool

    def _begun(self, workers: int) -> ProcessPoolExecutor:
        # Not forked: this process has threads of DuckDB and Arrow.
        return ProcessPoolExecutor(workers, get_context("spawn"), follow_parent)
