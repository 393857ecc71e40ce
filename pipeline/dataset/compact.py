"""Many small part files into few large ones, so that no reader counts a row twice or misses one.

One large file at a time: it is made under a hidden name, `Gathering` is told of it, it takes the
place of its parts, and these go. Whoever takes the lock of the folder next ends what a process that
died in between had begun.
"""

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.columns import columns_of, group_rows
from pipeline.dataset.draft import draft, draft_name, publish
from pipeline.dataset.folder import PARQUET, DatasetFolder
from pipeline.dataset.gathering import Gathering
from pipeline.dataset.layout import (
    ANNOTATIONS,
    CUTS,
    FAILURES,
    GATHERING,
    NO_ROWS,
    gathered_name,
)
from pipeline.dataset.lock import RunLock
from pipeline.dataset.reading import read_checked

_ENOUGH_BYTES = 256 * 2**20  # of a file that is left as it is
_GROUP_BYTES = 32 * 2**20  # of a row group, before it is compressed
_LISTED_S = 2.0  # until a reader that has listed a folder has looked at each of its files
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


def settle(folder: DatasetFolder) -> None:
    """End what a process that died had begun to gather, and take away what it left.

    Only for who holds the lock.
    """
    folder.clear_unfinished([""])  # before the lock's own file is written anew there
    gathering = folder.gathering()
    if gathering is not None:
        _finish(folder, gathering)
    folder.clear_unfinished([*_KINDS, CUTS])


def _sizes(folder: DatasetFolder) -> dict[str, int]:
    return {name: size for kind in _KINDS for name, size in folder.part_sizes(kind).items()}


def _compact_kind(folder: DatasetFolder, kind: str, lock: RunLock) -> None:
    sizes = folder.part_sizes(kind)
    columns = columns_of(folder, list(sizes))
    sizes.pop(f"{kind}/{NO_ROWS}", None)
    for is_small, neighbours in groupby(sizes, lambda name: sizes[name] < _ENOUGH_BYTES):
        names = list(neighbours)
        while is_small and len(names) > 1:
            largest = max(sizes[name] for name in names)
            most = sum(sizes[name] for name in names)
            folder.require_room(min(most, _ENOUGH_BYTES + largest))
            names = names[_gather(folder, names, columns, lock) :]


def _gather(folder: DatasetFolder, names: Sequence[str], columns: pa.Schema, lock: RunLock) -> int:
    """Make one file of the first of these parts, two at least; of how many."""
    hidden = draft_name(names[0].partition("/")[0])
    with draft(folder, hidden) as stream:
        count = _copy(folder, names, columns, stream, lock)
    gathering = Gathering(hidden, gathered_name(names[:count]), tuple(names[:count]))
    lock.require()
    folder.write_bytes(GATHERING, gathering.to_bytes())
    if isinstance(stream, io.BytesIO):
        folder.write_bytes(gathering.gathered, stream.getvalue())
    _finish(folder, gathering)
    return count


def _copy(
    folder: DatasetFolder,
    names: Sequence[str],
    columns: pa.Schema,
    stream: IO[bytes],
    lock: RunLock,
) -> int:
    """Write the rows of the first of these parts, until that is large enough; of how many."""
    waiting: list[pa.RecordBatch] = []
    waiting_bytes = 0
    with pq.ParquetWriter(stream, columns, **PARQUET) as writer:
        for count, name in enumerate(names, start=1):
            lock.require()
            for batch in read_checked(folder, name, columns):
                waiting.append(batch)
                waiting_bytes += batch.nbytes
                if waiting_bytes >= _GROUP_BYTES:
                    _write(writer, waiting, columns)
                    waiting, waiting_bytes = [], 0
            if count > 1 and stream.tell() >= _ENOUGH_BYTES:
                break
        if waiting:
            _write(writer, waiting, columns)
    return count


def _write(writer: pq.ParquetWriter, batches: Sequence[pa.RecordBatch], columns: pa.Schema) -> None:
    table = pa.Table.from_batches(batches)
    ours = pa.Table.from_arrays([table[name] for name in columns.names], schema=columns)
    writer.write_table(ours, group_rows(columns))


def _finish(folder: DatasetFolder, gathering: Gathering) -> None:
    """Let the file take the place of its parts, however far that was."""
    if folder.exists(gathering.draft):
        publish(folder, gathering)
        time.sleep(_LISTED_S)
    if folder.exists(gathering.gathered):
        for name in gathering.parts:
            folder.remove(name)
    folder.remove(GATHERING)
