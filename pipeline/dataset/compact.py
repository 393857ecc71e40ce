"""Many small part files into few large ones, so that no reader counts a row twice or misses one.

One large file at a time: it is made under a hidden name, the journal is told of it, it takes the
place of its parts, and these go. Whoever takes the lock of the folder next ends what a process that
died in between had begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO

import pyarrow as pa

from pipeline.dataset.columns import columns_of
from pipeline.dataset.draft import RowGroups, draft, draft_name
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.gathering import Gathering, Journal
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, NO_ROWS, gathered_name
from pipeline.dataset.lock import RunLock
from pipeline.dataset.reading import read_checked
from pipeline.dataset.settling import put_in_place, settle

ENOUGH_BYTES = 256 * 2**20
"""Of a file that is left as it is."""

_KINDS = (ANNOTATIONS, FAILURES)


@dataclass(frozen=True)
class Compacted:
    """The part files of a dataset, of both kinds of rows, and their bytes."""

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int


def compact(folder: DatasetFolder) -> Compacted:
    """Gather neighbouring parts of less than 256 MiB into files of at least that.

    Rows, columns and the order of rows stay as they are. What is large enough is not written again.

    Raises:
        SetupError: a run writes there; a part cannot be read or is none of this dataset; or there
            is no room for the next file. What was gathered before that stays gathered.
    """
    with RunLock(folder) as lock:
        settle(folder)
        before = _sizes(folder)
        for kind in _KINDS:
            _compact_kind(folder, kind, lock)
        after = _sizes(folder)
    return Compacted(len(before), len(after), sum(before.values()), sum(after.values()))


def _sizes(folder: DatasetFolder) -> dict[str, int]:
    return {name: size for kind in _KINDS for name, size in folder.part_sizes(kind).items()}


def _compact_kind(folder: DatasetFolder, kind: str, lock: RunLock) -> None:
    sizes = folder.part_sizes(kind)
    columns = columns_of(folder, list(sizes))
    sizes.pop(f"{kind}/{NO_ROWS}", None)
    for is_small, neighbours in groupby(sizes, lambda name: sizes[name] < ENOUGH_BYTES):
        names = list(neighbours)
        while is_small and len(names) > 1:
            largest = max(sizes[name] for name in names)
            most = sum(sizes[name] for name in names)
            folder.require_room(min(most, ENOUGH_BYTES + largest))
            names = names[_gather(folder, names, columns, lock) :]


def _gather(folder: DatasetFolder, names: Sequence[str], columns: pa.Schema, lock: RunLock) -> int:
    """Make one file of the first of these parts, two at least; of how many."""
    hidden = draft_name(names[0].partition("/")[0])
    with draft(folder, hidden) as stream:
        count = _copy(folder, names, columns, stream, lock)
    lock.require()
    parts = tuple(names[:count])
    put_in_place(folder, Journal((Gathering(hidden, gathered_name(parts), parts),)))
    return count


def _copy(
    folder: DatasetFolder,
    names: Sequence[str],
    columns: pa.Schema,
    stream: IO[bytes],
    lock: RunLock,
) -> int:
    """Write the rows of the first of these parts, until that is large enough; of how many."""
    with RowGroups(stream, columns) as groups:
        for count, name in enumerate(names, start=1):
            lock.require()
            for batch in read_checked(folder, name, columns):
                groups.add(pa.Table.from_batches([batch]))
            if count > 1 and stream.tell() >= ENOUGH_BYTES:
                break
    return count
