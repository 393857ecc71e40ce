"""A large file in the making, and how it takes the place of the parts that it holds."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.dataset.folder import HIDDEN, WRITER, DatasetFolder
from pipeline.dataset.gathering import NOTE, Gathering
from pipeline.dataset.layout import part_name


def draft_name(kind: str) -> str:
    """A new hidden name for a file of many parts; no pattern for Parquet files finds it."""
    base = part_name(kind).rpartition("/")[2]
    return f"{kind}/{HIDDEN}{base}{WRITER}{os.getpid()}"


@contextmanager
def draft(folder: DatasetFolder, name: str) -> Iterator[IO[bytes]]:
    """A stream to write a large file to, which nobody takes for a part.

    Locally it is on disk under `name` afterwards; for an object store it is an `io.BytesIO`. If the
    writing ends by a fault, nothing is left.

    Raises:
        SetupError: it cannot be written, as on a full disk.
    """
    if folder.local_path is None:
        yield io.BytesIO()
        return
    path = folder.local_path / name
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


def publish(folder: DatasetFolder, gathering: Gathering) -> None:
    """Let a draft on a local disk take the place of its parts, all but taking these away.

    Other readers of Parquet know nothing of a gathering. That none of them counts a row twice, each
    part gives way to a note first, which they cannot read. That none misses a row, the notes stay
    until whoever listed them has come to them: pyarrow passes over without a word what it has
    listed and then does not find.

    Raises:
        SetupError: it cannot be written.
    """
    place = Path(folder.path)
    hidden = place / gathering.draft
    try:
        _bring_to_disk(hidden.parent)  # a power cut must not leave notes alone
        _bring_to_disk(place)
        for part in (place / name for name in gathering.parts):
            note = part.with_name(f"{HIDDEN}{part.name}{WRITER}{os.getpid()}")
            note.write_bytes(NOTE)
            note.replace(part)
        hidden.replace(place / gathering.gathered)
        _bring_to_disk(hidden.parent)
    except OSError as fault:
        raise folder.not_written(gathering.gathered, fault) from fault


def _bring_to_disk(place: Path) -> None:
    """The names in a folder."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
