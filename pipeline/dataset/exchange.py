"""Rows that were made again in place of older ones, which become history.

Whoever reads meets each window once at any moment: all files are made first, and take their places
by one journal (`pipeline.dataset.settling`). Until then nothing is changed, and the rows that were
made again wait in their own folder.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.columns import columns_of, joined
from pipeline.dataset.compact import ENOUGH_BYTES
from pipeline.dataset.draft import RowGroups, draft, draft_name
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.gathering import Gathering, Journal
from pipeline.dataset.layout import (
    ANNOTATIONS,
    CUTS,
    FAILURES,
    HISTORY,
    NO_ROWS,
    cut_name,
    gathered_name,
    part_name,
)
from pipeline.dataset.lock import RunLock
from pipeline.dataset.reading import read_checked
from pipeline.dataset.record import Making, adopt
from pipeline.dataset.replacing import Decision, Rows, decide
from pipeline.dataset.settling import put_in_place

_KINDS = (ANNOTATIONS, FAILURES)
_REPLACED = [
    pa.field("replaced_at", pa.timestamp("ms", tz="UTC")),
    pa.field("replaced_by", pa.string()),  # the config_hash of the row that stands instead
]


@dataclass(frozen=True)
class Exchanged:
    """What became of rows that were made again.

    Attributes:
        windows: that count from here on, annotated.
        refused: windows and videos that keep their older rows, by id, for the second try failed.
    """

    windows: int
    refused: tuple[str, ...]


def exchange(
    folder: DatasetFolder,
    again: DatasetFolder,
    making: Making,
    whole: Collection[str],
    lock: RunLock,
) -> Exchanged:
    """Let the rows in `again` take their places in the dataset, and take that folder away.

    Killed at any moment, it has been done or it has not, and `settle` ends what it began.

    Args:
        folder: of the dataset.
        again: the folder in it where rows were made again.
        making: what with.
        whole: the videos that were cut anew, of which all rows or none give way.
        lock: of the dataset, held.

    Raises:
        SetupError: a file cannot be read or written, or rows of the two do not go together.
    """
    decision = decide(folder, again, making.config_hash, whole)
    gatherings = [*_cuts(folder, again, decision)]
    for kind in _KINDS:
        gatherings += _Exchange(folder, again, kind, decision, lock).gatherings()
    lock.require()
    if decision.leaving:
        adopt(folder, making)
    put_in_place(folder, Journal(tuple(gatherings), clears_again=True))
    refused = (*decision.refused.videos, *decision.refused.windows)
    return Exchanged(decision.made, tuple(sorted(refused)))


def _cuts(folder: DatasetFolder, again: DatasetFolder, decision: Decision) -> Iterator[Gathering]:
    """How videos are cut of which all rows give way."""
    before, after = set(folder.part_names(CUTS)), set(again.part_names(CUTS))
    for name in map(cut_name, decision.leaving.videos):
        if name not in before | after:
            continue
        hidden = draft_name(CUTS)
        if name in after:
            folder.write_bytes(hidden, again.read_bytes(name))
        else:  # one of no windows: it is not needed
            with folder.open(name) as stream:
                folder.write_columns(hidden, pq.read_schema(stream))
        yield Gathering(hidden, name, (name,) if name in before else ())


class _Exchange:
    """The exchange of one kind of rows: which files take the place of which.

    Args:
        folder, again, lock: as in `exchange`.
        kind: of the rows.
        decision: what gives way, and what does not count.
    """

    def __init__(
        self,
        folder: DatasetFolder,
        again: DatasetFolder,
        kind: str,
        decision: Decision,
        lock: RunLock,
    ) -> None:
        self._folder, self._again, self._kind, self._lock = folder, again, kind, lock
        self._decision = decision
        self._sizes = folder.part_sizes(kind)
        self._columns = columns_of(folder, list(self._sizes))
        self._made_columns = columns_of(again, again.part_names(kind))
        self._target = joined(self._columns, self._made_columns)
        self._is_wider = not self._target.equals(self._columns)

    def gatherings(self) -> list[Gathering]:
        """The files, all under hidden names by then."""
        history = f"{HISTORY}/{self._kind}"
        past = pa.schema([*self._target, *_REPLACED])
        with (
            _Drafts(self._folder, self._kind, self._target) as fresh,
            _Drafts(self._folder, history, past) as older,
        ):
            found, emptied = self._rewritten(older)
            self._make(fresh, older)
        new = fresh.names
        if emptied and not new:
            new = [self._without_rows()]
        for at, hidden in enumerate(new):
            found.append(Gathering(hidden, part_name(self._kind), () if at else tuple(emptied)))
        found += [Gathering(hidden, part_name(history), ()) for hidden in older.names]
        if self._is_wider:
            first = f"{self._kind}/{NO_ROWS}"
            there = (first,) if first in self._sizes else ()
            found.append(Gathering(self._without_rows(), first, there))
        return found

    def _rewritten(self, history: "_Drafts") -> tuple[list[Gathering], list[str]]:
        """Files in place of those from which rows leave, and those from which all do."""
        found, emptied = [], []
        groups = list(self._groups())
        changing = sum(self._sizes[name] for parts in groups for name in parts)
        made = sum(self._again.part_sizes(self._kind).values())
        self._folder.require_room(changing + made)
        for parts in groups:
            hidden = draft_name(self._kind)
            staying = 0
            with draft(self._folder, hidden) as stream, RowGroups(stream, self._target) as kept:
                for rows in self._read(self._folder, parts, self._columns):
                    left = self._decision.leaving.among(rows)
                    history.add(_replaced(rows.filter(left), self._decision.leaving))
                    others = rows.filter(pc.invert(left))
                    staying += len(others)
                    kept.add(others)
            if staying:
                found.append(Gathering(hidden, gathered_name(parts), tuple(parts)))
            else:
                self._folder.remove(hidden)
                emptied += parts
        return found, emptied

    def _groups(self) -> Iterator[list[str]]:
        """The parts that change, neighbours together up to a large file."""
        group: list[str] = []
        held = 0
        for name, size in self._sizes.items():
            if name.endswith(f"/{NO_ROWS}") or not (self._is_wider or self._has_leaving(name)):
                continue
            group.append(name)
            held += size
            if held >= ENOUGH_BYTES:
                yield group
                group, held = [], 0
        if group:
            yield group

    def _has_leaving(self, name: str) -> bool:
        ids = self._folder.read_table(name, ["video_id", "window_id"])
        return bool(pc.any(self._decision.leaving.among(ids)).as_py())

    def _make(self, fresh: "_Drafts", history: "_Drafts") -> None:
        """Rows that were made again, and into history those that do not count."""
        refused = self._decision.refused
        names = self._again.part_names(self._kind)
        for rows in self._read(self._again, names, self._made_columns):
            wrong = refused.among(rows)
            history.add(_replaced(rows.filter(wrong), refused))
            fresh.add(rows.filter(pc.invert(wrong)))

    def _read(
        self, folder: DatasetFolder, names: Iterable[str], columns: pa.Schema
    ) -> Iterator[pa.Table]:
        for name in names:
            self._lock.require()
            for batch in read_checked(folder, name, columns):
                yield pa.Table.from_batches([batch])

    def _without_rows(self) -> str:
        hidden = draft_name(self._kind)
        self._folder.write_columns(hidden, self._target)
        return hidden


def _replaced(rows: pa.Table, by: Rows) -> pa.Table:
    now = pa.array([datetime.now(UTC)] * len(rows), _REPLACED[0].type)
    standing = pa.array(by.standing_instead(rows), _REPLACED[1].type)
    return rows.append_column(_REPLACED[0], now).append_column(_REPLACED[1], standing)


class _Drafts:
    """Rows into as many hidden files as they need; a context manager.

    Attributes:
        names: of the files, whole when it is left.
    """

    def __init__(self, folder: DatasetFolder, kind: str, columns: pa.Schema) -> None:
        self.names: list[str] = []
        self._folder, self._kind, self._columns = folder, kind, columns
        self._open = ExitStack()
        self._groups: RowGroups | None = None
        self._bytes = 0

    def __enter__(self) -> "_Drafts":
        return self

    def __exit__(self, *fault: object) -> None:
        self._open.__exit__(*fault)  # type: ignore[arg-type]

    def add(self, rows: pa.Table) -> None:
        """Take rows; none makes no file."""
        if not len(rows):
            return
        if self._groups is None:
            name = draft_name(self._kind)
            stream = self._open.enter_context(draft(self._folder, name))
            self._groups = self._open.enter_context(RowGroups(stream, self._columns))
            self.names.append(name)
        self._groups.add(rows)
        self._bytes += rows.nbytes
        if self._bytes >= ENOUGH_BYTES:
            self._open.close()
            self._groups, self._bytes = None, 0
