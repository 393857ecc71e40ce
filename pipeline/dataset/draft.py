"""A large file in the making, and how it takes the place of the parts that it holds."""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.columns import conformed, group_rows
from pipeline.dataset.folder import HIDDEN, PARQUET, WRITER, DatasetFolder
from pipeline.dataset.gathering import NOTE, Gathering
from pipeline.dataset.layout import part_name

_GROUP_BYTES = 32 * 2**20  # of a row group, before it is compressed


def draft_name(kind: str) -> str:
    """A new hidden name for a file of many parts; no pattern for Parquet files finds it."""
    base = part_name(kind).rpartition("/")[2]
    return f"{kind}/{HIDDEN}{base}{WRITER}{os.getpid()}"


class RowGroups:
    """Rows into a Parquet file, in row groups of some 32 MiB before they are compressed; a context
    manager, which writes what waits when it is left.

    Args:
        stream: of the file.
        columns: of the file; rows may have others beside them, or lack some.
    """

    def __init__(self, stream: IO[bytes], columns: pa.Schema) -> None:
        self._columns = columns
        self._writer = pq.ParquetWriter(stream, columns, **PARQUET)
        self._waiting: list[pa.Table] = []
        self._waiting_bytes = 0

    def add(self, rows: pa.Table) -> None:
        """Take rows."""
        self._waiting.append(conformed(rows, self._columns))
        self._waiting_bytes += rows.nbytes
        if self._waiting_bytes >= _GROUP_BYTES:
            self._write()

    def __enter__(self) -> "RowGroups":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._waiting:
            table = pa.concat_tables(self._waiting)
            self._writer.write_table(table, group_rows(self._columns))
        self._waiting, self._waiting_bytes = [], 0


@contextmanager
def draft(folder: DatasetFolder, name: str) -> Iterator[IO[bytes]]:
    """A stream to write a large file to, which nobody takes for a part.

    Afterwards it stands under `name`; for an object store it is in memory before. If the writing
    ends by a fault, nothing is left.

    Raises:
        SetupError: it cannot be written, as on a full disk.
    """
    if folder.local_path is None:
        waiting = io.BytesIO()
        yield waiting
        folder.write_bytes(name, waiting.getvalue())
        return
    path = folder.local_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException as fault:
        path.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise folder.not_written(name, fault) from fault
        raise


def publish(folder: DatasetFolder, gatherings: Sequence[Gathering]) -> bool:
    """Let drafts take the place of their parts, all but taking these away; whether there were any.

    Other readers of Parquet know nothing of a journal. That none of them counts a row twice on a
    local disk, each part of all drafts gives way to a note first, which they cannot read. That none
    misses a row, the notes stay until whoever listed them has come to them: pyarrow passes over
    without a word what it has listed and then does not find. In an object store nothing can be
    renamed: a draft is copied.

    Raises:
        SetupError: it cannot be written.
    """
    waiting = [one for one in gatherings if folder.exists(one.draft)]
    if folder.local_path is None:
        for one in waiting:
            folder.copy(one.draft, one.gathered)
            folder.remove(one.draft)
    else:
        _publish_local(folder, folder.local_path, waiting)
    return bool(waiting)


def _publish_local(folder: DatasetFolder, place: Path, waiting: Sequence[Gathering]) -> None:
    places = dict.fromkeys((place / one.gathered).parent for one in waiting)
    name = ""
    try:
        for each in (*places, place):  # a power cut must not leave notes alone
            _bring_to_disk(each)
        for name in (name for one in waiting for name in one.parts):
            part = place / name
            note = part.with_name(f"{HIDDEN}{part.name}{WRITER}{os.getpid()}")
            note.write_bytes(NOTE)
            note.replace(part)
        for one in waiting:
            name = one.gathered
            (place / one.draft).replace(place / name)
        for each in places:
            _bring_to_disk(each)
    except OSError as fault:
        raise folder.not_written(name, fault) from fault


def _bring_to_disk(place: Path) -> None:
    """The names in a folder."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
