"""A run that makes rows of a dataset again, and lets them take their places."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import pyarrow as pa

from pipeline.again.entry import Entry
from pipeline.again.plan import Plan, begin, begun
from pipeline.again.selection import Group, Named, groups, named_rows
from pipeline.again.starts import Start, Starts
from pipeline.config import Config
from pipeline.dataset.exchange import Exchanged, exchange
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import AGAIN, RECORD
from pipeline.dataset.ledger import Ledger, VideoProgress
from pipeline.dataset.lock import RunLock
from pipeline.dataset.record import Making, Origin, makings, note_run, read_record
from pipeline.dataset.settling import settle
from pipeline.dataset.sink import Sink
from pipeline.identity import identify, identify_stages, making_of
from pipeline.manifest.states import with_states
from pipeline.purse import Purse
from pipeline.ray_side import Work
from pipeline.run import Outcome, Run, Watcher, log_file, schemas_of
from stages.faults import SetupError
from stages.rows import Row


@dataclass(frozen=True)
class Wish:
    """What is to be made again.

    Attributes:
        sources: rows of the videos; others are left alone.
        config: the whole tree that rows are made with.
        where: an expression that names windows; None: those made with something else.
        origin: what a person asked for.
    """

    sources: Sequence[Row]
    config: Config
    where: str | None
    origin: Origin


def look(folder: DatasetFolder, wish: Wish) -> list[Group]:
    """What would be made again; nothing is written.

    Raises:
        SetupError: no run wrote in the folder, the expression is none, or a file cannot be read.
    """
    _, groups_found = _Again(folder, wish).named()
    return groups_found


def annotate_again(
    folder: DatasetFolder,
    wish: Wish,
    watcher: Watcher,
    on_named: Callable[[list[Group]], None],
    is_stopped: Callable[[], bool] = lambda: False,
) -> tuple[Outcome, Exchanged] | None:
    """Make rows again; None where there are none to make.

    What is made stands in a folder of its own until all of it is there. Stopped or killed, the same
    command goes on.

    Args:
        folder: of the dataset.
        wish: what is to be made again.
        watcher: is told how it goes.
        on_named: is told what is made again, before.
        is_stopped: whether somebody has asked to stop, looked at twice a second.

    Raises:
        SetupError: as `pipeline.run.annotate` and `look`, or something else was begun to be made
            again and is not finished.
        KeyboardInterrupt: it was stopped; what is finished is written.
    """
    _require_dataset(folder)
    with RunLock(folder) as lock:
        settle(folder)
        again = _Again(folder, wish)
        named, found = again.named()
        on_named(found)
        if not named.num_rows:
            return None
        note_run(folder, wish.origin, len(wish.sources))
        if begun(folder, again.plan) is None:
            begin(folder, again.plan, named)
        outcome = again.run(named, watcher, lock, is_stopped)
        watcher.phase("putting the rows in place")
        whole = {row["video_id"] for row in named.to_pylist() if row["window_index"] is None}
        exchanged = exchange(folder, again.made, again.making, whole, lock)
        return outcome, exchanged


def _require_dataset(folder: DatasetFolder) -> None:
    if not folder.exists(RECORD):
        raise SetupError(
            f"--out {folder.location}: has no rows to be made again, for no run wrote there. "
            "Leave --again out, or name another folder."
        )


class _Again:
    """The making of rows again in one dataset."""

    def __init__(self, folder: DatasetFolder, wish: Wish) -> None:
        _require_dataset(folder)
        self._folder = folder
        self._wish = wish
        self._identity = identify(wish.config)
        making = making_of(wish.config, self._identity)
        self.making: Making = replace(making, preset=wish.origin.preset)
        self._ids = {source["video_id"] for source in wish.sources}
        self._starts = Starts(
            wish.config,
            self.making,
            identify_stages(wish.config),
            makings(read_record(folder)),
        )
        self._ledger = Ledger.read(folder)
        self._ledger.check_video_ids(wish.sources)
        self.plan = Plan.of(self.making.config_hash, wish.where, self._ids)

    @property
    def made(self) -> DatasetFolder:
        """The folder of what is made again."""
        return DatasetFolder(f"{self._folder.location}/{AGAIN}")

    def named(self) -> tuple[pa.Table, list[Group]]:
        """What is made again, as it was named when it was begun; and in groups."""
        named = begun(self._folder, self.plan)
        if named is None:
            rows = Named(self._folder, self.making.config_hash, self._wish.where)
            named = named_rows(self._folder, self._ids, self._starts, rows)
        counts = {
            name: self._ledger.progress(name).window_count or 1
            for name in named["video_id"].to_pylist()
        }
        return named, groups(named, counts)

    def run(
        self, named: pa.Table, watcher: Watcher, lock: RunLock, is_stopped: Callable[[], bool]
    ) -> Outcome:
        """Make what is named, all that enters at one stage together."""
        config, made = self._wish.config, self.made
        made.make()
        sink = Sink(made, config.sink, self.making.config_hash, schemas_of(config))
        outcomes = []
        for start, rows in _by_stage(named):
            sources, windows, ledger = self._given(start, rows)
            outcomes.append(
                Run(
                    sources=sources,
                    work=self._work(start),
                    folder=made,
                    watcher=watcher,
                    ledger=ledger,
                    sink=sink,
                    lock=lock,
                    is_stopped=is_stopped,
                    purse=Purse(config, made),
                    windows=windows,
                ).run()
            )
        return reduce(_together, outcomes)

    def _work(self, start: Start) -> Work:
        entry = None
        if not self._starts.cuts_anew(start):
            takes_tokens = self._starts.takes_tokens(start)
            entry = Entry(start.stage, self._folder.location, takes_tokens)
        log = log_file(self._folder)
        return Work(self._wish.config, self._identity, self.made.location, log, entry)

    def _given(
        self, start: Start, rows: Sequence[Row]
    ) -> tuple[list[Row], list[Row] | None, Ledger]:
        """The videos, those of their windows that are made (None: all), and what is done."""
        ids = {row["video_id"] for row in rows}
        sources = [source for source in self._wish.sources if source["video_id"] in ids]
        ledger = _LedgerOfNamed.read(self.made)
        if self._starts.cuts_anew(start):
            return with_states(sources), None, ledger
        if not self._starts.takes_tokens(start):
            self._ledger.check_files(with_states(sources))
        for row in rows:
            ledger.name(row["video_id"])
        windows = [
            {**row, "file": self._ledger.progress(row["video_id"]).file, "stage": None}
            for row in rows
        ]
        return sources, windows, ledger


class _LedgerOfNamed(Ledger):
    """A ledger to which a video is done when those of its windows are that were named."""

    def __init__(self) -> None:
        super().__init__()
        self._named: dict[str, int] = {}

    def name(self, video_id: str) -> None:
        """One more window of a video is to be made."""
        self._named[video_id] = self._named.get(video_id, 0) + 1

    def progress(self, video_id: str) -> VideoProgress:
        """See `Ledger.progress`."""
        video = super().progress(video_id)
        if video_id in self._named:
            video.window_count = self._named[video_id]
        return video


def _by_stage(named: pa.Table) -> Iterator[tuple[Start, list[Row]]]:
    stages: dict[str, list[Row]] = {}
    for row in named.to_pylist():
        stages.setdefault(row["stage"], []).append(row)
    for stage, rows in stages.items():
        yield Start(stage, rows[0]["why"]), rows


def _together(first: Outcome, second: Outcome) -> Outcome:
    """What two runs into one folder did."""
    kinds: Mapping[str, int] = first.failure_kinds
    bill = first.bill
    bill.counts.update(second.bill.counts)
    return replace(
        first,
        videos=first.videos + second.videos,
        videos_failed=first.videos_failed + second.videos_failed,
        annotations=second.annotations,
        utterances_asked_about=second.utterances_asked_about,
        utterances_abstained=second.utterances_abstained,
        failure_kinds={**kinds, **second.failure_kinds},
        first_failures=[*first.first_failures, *second.first_failures],
        seconds=first.seconds + second.seconds,
    )
