"""The driver of a run: passes over the owed rows, the accounting, and the news on the way."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from pipeline.config import Config
from pipeline.dataset.card import with_features, write_card
from pipeline.dataset.cuts import read_cuts
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, LOG
from pipeline.dataset.ledger import Ledger, VideoProgress, forget_failures
from pipeline.dataset.lock import RunLock
from pipeline.dataset.record import Origin, open_record
from pipeline.dataset.settling import settle
from pipeline.dataset.sink import Sink
from pipeline.identity import identify, making_of
from pipeline.lane import ENDS_THE_RUN
from pipeline.manifest.states import with_states
from pipeline.purse import Bill, Purse
from pipeline.ray_process import RayProcess
from pipeline.ray_side import Work
from stages.faults import ErrorKind, SetupError
from stages.rows import Row

_TICK_S = 0.5
_SHOWN_FAILURES = 5
_ROUNDING = 1e-6  # of fractions that are added up


class Watcher(Protocol):
    """What is told about a run while it goes."""

    def began(self, videos: int, done_before: int) -> None:
        """The run knows its videos; `done_before` of them stand in the output already."""

    def phase(self, text: str) -> None:
        """What the run is doing now, in a few words."""

    def row(self, row: Row, done: float, failed: int) -> None:
        """A row is finished; `done` videos are through (in fractions), `failed` with a failure."""

    def tick(self, waited_s: float) -> None:
        """Nothing was finished for `waited_s` seconds."""


class SilentWatcher:
    """A watcher that shows nothing."""

    def began(self, videos: int, done_before: int) -> None:
        """Not shown."""

    def phase(self, text: str) -> None:
        """Not shown."""

    def row(self, row: Row, done: float, failed: int) -> None:
        """Not shown."""

    def tick(self, waited_s: float) -> None:
        """Not shown."""


@dataclass(frozen=True)
class Failure:
    """What a person is told of one failed row."""

    row: str  # the id of the window, or of the video where it failed whole
    kind: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    videos: int
    videos_failed: int  # with at least one failure row, of this run or an earlier one
    annotations: int  # rows written by this run
    utterances_asked_about: int  # in those rows: the model was to label them
    utterances_abstained: int  # of those: it gave no label
    failure_kinds: dict[str, int]  # rows written by this run, by kind
    first_failures: list[Failure]  # of this run, a few
    bill: Bill
    seconds: float
    log_file: Path


def annotate(
    sources: Sequence[Row],
    config: Config,
    folder: DatasetFolder,
    watcher: Watcher,
    origin: Origin,
    *,
    retry: Collection[str] = (),
    is_stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Annotate the source rows that the dataset in `folder` does not hold yet.

    Every source ends as annotations or as failures. What a process took to its death is worked on
    again, alone in the end; what ends its process each time is written as a failure of kind
    `worker_died`, and what takes too long as `timed_out` (`pipeline.hazards`).

    Args:
        sources: rows of videos.
        config: the whole tree.
        folder: of the dataset.
        watcher: is told how it goes.
        origin: what a person asked for.
        retry: kinds of failures; earlier ones of these videos are taken again.
        is_stopped: whether somebody has asked to stop, looked at twice a second.

    Raises:
        SetupError: the folder cannot be written to, is in use or has been taken from this run, or
            was made with another configuration; or the lanes do not fit the machine.
        KeyboardInterrupt: it was stopped; what is finished is written.
    """
    folder.make()
    with RunLock(folder) as lock:
        settle(folder)
        identity = identify(config)
        making = making_of(config, identity)
        open_record(folder, making, origin, len(sources))
        write_card(folder)
        if retry:
            forget_failures(folder, {source["video_id"] for source in sources}, retry)
        ledger = Ledger.read(folder)
        ledger.check_video_ids(sources)
        sources = with_states(sources)
        ledger.check_files(sources)
        return Run(
            sources=sources,
            work=Work(config, identity, folder.location, log_file(folder)),
            folder=folder,
            watcher=watcher,
            ledger=ledger,
            sink=Sink(folder, config.sink, making.config_hash, schemas_of(config)),
            lock=lock,
            is_stopped=is_stopped,
            purse=Purse(config, folder),
        ).run()


def schemas_of(config: Config) -> dict[str, pa.Schema]:
    """The columns of the rows of a run, by the folder that they go to."""
    return {
        ANNOTATIONS: with_features(config.recipe.annotation_schema),
        FAILURES: config.recipe.failure_schema,
    }


def log_file(folder: DatasetFolder) -> Path:
    """Beside the results, or in the working folder if they go to an object store."""
    return (folder.local_path or Path.cwd()) / LOG


@dataclass
class Run:
    """What is owed, brought through the stages; see `annotate`, which has most of the fields.

    Attributes:
        work: what is done to the rows.
        ledger: of what stands in the folder.
        sink: of the folder.
        lock: of the dataset, held.
        purse: what may be spent.
        windows: that are to be worked on and no others; None: all that the sources owe.
        done: videos that are through, in fractions.
        failed: videos with a failure.
        first_failures: a few.
    """

    sources: Sequence[Row]
    work: Work
    folder: DatasetFolder
    watcher: Watcher
    ledger: Ledger
    sink: Sink
    lock: RunLock
    is_stopped: Callable[[], bool]
    purse: Purse
    windows: Sequence[Row] | None = None
    done: float = 0.0
    failed: int = 0
    first_failures: list[Failure] = field(default_factory=list)

    def run(self) -> Outcome:
        """Work until nothing is owed.

        Raises:
            SetupError, KeyboardInterrupt: as `annotate`.
        """
        began = time.monotonic()
        before = [self._progress(source) for source in self.sources]
        self.done = sum(progress.share for progress in before)
        self.failed = sum(progress.has_failed for progress in before)
        self.watcher.began(len(self.sources), sum(progress.done for progress in before))
        owed = self._owed()
        if owed:
            self.purse.require_money()
            self._work_on(owed)
        return Outcome(
            videos=len(self.sources),
            videos_failed=self.failed,
            annotations=self.sink.annotations,
            utterances_asked_about=self.sink.utterances_asked_about,
            utterances_abstained=self.sink.utterances_abstained,
            failure_kinds=dict(self.sink.failure_kinds),
            first_failures=self.first_failures,
            bill=self.purse.bill,
            seconds=time.monotonic() - began,
            log_file=self.work.log_file,
        )

    def _work_on(self, owed: list[Row]) -> None:
        self.watcher.phase("starting Ray and loading the models")
        self._require_going()
        with RayProcess(self.work) as ray_process:
            try:
                self._passes(ray_process, owed)
            except SetupError:  # it is told, and not that what is finished could not be kept either
                with suppress(SetupError):
                    self._keep()
                raise
            except BaseException:
                self._keep()
                raise
            self._keep()

    def _passes(self, ray_process: RayProcess, owed: list[Row]) -> None:
        self._pass(ray_process, owed, alone=False)
        owed = self._owed()
        if owed:
            self.watcher.phase(f"taking {len(owed)} rows again, each alone")
            self._pass(ray_process, owed, alone=True)
        for row in self._owed():
            self._finish({**row, "error": _worker_died(row, ray_process.causes)})

    def _keep(self) -> None:
        """Write what is finished."""
        if self.lock.is_held:  # else it is another run's to write
            self.sink.flush()

    def _pass(self, ray_process: RayProcess, owed: list[Row], *, alone: bool) -> None:
        waited = 0.0
        for rows in ray_process.finished(owed, _TICK_S, alone=alone):
            self.lock.require()
            waited = 0.0 if rows else waited + _TICK_S
            for row in rows:
                self._finish(row)
            if self.done < len(self.sources) - _ROUNDING:  # else nothing more is spent
                self.purse.require_money()
            self._require_going()
            self.sink.flush_if_due()
            self.watcher.tick(waited)
        self.sink.flush()

    def _require_going(self) -> None:
        if self.is_stopped():
            self.sink.flush()  # before Ray is shut down, which may take its time
            raise KeyboardInterrupt

    def _finish(self, row: Row) -> None:
        error = row.get("error")
        if error is not None and error["kind"] == ENDS_THE_RUN:
            raise SetupError(error["message"])
        self.sink.add(row)
        self.purse.pay(row)
        if error is not None and len(self.first_failures) < _SHOWN_FAILURES:
            name = row.get("window_id") or row["video_id"]
            self.first_failures.append(Failure(name, error["kind"], error["message"]))
        before = self._progress(row)
        self.done -= before.share
        self.failed -= before.has_failed
        self.ledger.enter(row, failed=error is not None)
        after = self._progress(row)
        self.done += after.share
        self.failed += after.has_failed
        self.watcher.row(row, self.done, self.failed)

    def _progress(self, row: Row) -> VideoProgress:
        return self.ledger.progress(row["video_id"])

    def _owed(self) -> list[Row]:
        if self.windows is not None:
            return list(self.ledger.owed_of(self.windows))
        unfinished = [s["video_id"] for s in self.sources if not self._progress(s).done]
        cuts = read_cuts(self.folder, unfinished)
        return list(self.ledger.owed(self.sources, cuts))


def _worker_died(row: Row, causes: Mapping[str, str]) -> dict[str, str]:
    message = "the process that worked on it died or broke off each time; the run's log may say why"
    name = row.get("window_id") or row["video_id"]
    of_windows = (told for known, told in causes.items() if known.startswith(f"{name}#"))
    cause = causes.get(name) or next(of_windows, None)
    message += f" ({cause})" if cause else ""
    return {"stage": "pipeline", "kind": str(ErrorKind.WORKER_DIED), "message": message}
