"""The folder of a dataset: local or on an object store, whole files only."""

import fnmatch
import io
import os
import shutil
import socket
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from pipeline.dataset.gathering import NOTE, Journal
from pipeline.dataset.held import HeldFolder
from pipeline.dataset.layout import JOURNAL
from pipeline.storage import file_systems, is_object_store
from stages.faults import SetupError
from stages.media import is_uri

_COPIED_BYTES = 2**20
_LEAST_FREE_BYTES = 32 * 2**20
HIDDEN = "."  # a name with this prefix is a file in the making; readers pass it by
WRITER = ".of-"  # before the number of the process that makes it
_MAKING = f"{HIDDEN}*{WRITER}*"
PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}
"""How every Parquet file is written."""


class DatasetFolder:
    """A folder on any file system that fsspec opens; writes are atomic."""

    def __init__(self, location: str) -> None:
        """Open the folder, without making it.

        Raises:
            SetupError: the protocol of `location` is unknown or its package is not installed.
        """
        try:
            if is_uri(location):
                file_systems(location)
            # Processes of other machines write here too: a listing is true when it is asked for.
            self.files, self.path = fsspec.url_to_fs(location, use_listings_cache=False)
        except SetupError as fault:
            raise SetupError(f"--out {fault}") from fault
        except Exception as fault:  # each file system raises its own
            raise SetupError(f"--out {location}: cannot be opened: {fault}") from fault
        self.is_local = isinstance(self.files, LocalFileSystem)
        # Absolute, because processes of other working folders open it too.
        self.location = self.path if self.is_local else location
        self._held: HeldFolder | None = None

    @property
    def local_path(self) -> Path | None:
        """The folder as a local path; None on an object store."""
        return Path(self.path) if self.is_local else None

    def make(self) -> None:
        """Make the folder, try to write in it, and hold it.

        Raises:
            SetupError: that cannot be done.
        """
        self.write_bytes("write-test", b"")
        self.remove("write-test")
        self.hold()
        self.require_room()

    def hold(self) -> None:
        """See to it that what is written from here on goes to the folder that this is now.

        A local folder may be unmounted or moved while it is written to.

        Raises:
            SetupError: it is not there.
        """
        if self.local_path is None or self._held is not None:
            return
        try:
            self._held = HeldFolder(self.path)
        except OSError as fault:
            raise SetupError(
                f"--out {self.location}: cannot be opened on {socket.gethostname()} "
                f"({fault.strerror}); it must be the same folder on every machine of the run."
            ) from fault

    def require_held(self) -> None:
        """
        Raises:
            SetupError: the folder is held, and its path leads to another one by now, or nowhere.
        """
        if self._held is not None and not self._held.is_there():
            raise SetupError(
                f"--out {self.location}: is no longer the folder that it was when the run began: "
                "its disk was unmounted or cannot be reached, or the folder was moved. Bring it "
                "back; what is whole stays there, and the same command goes on from there."
            )

    def require_room(self, more_bytes: int = 0) -> None:
        """See to it that the disk of a local folder has room for more than a file or two.

        Args:
            more_bytes: that are to be written beside.

        Raises:
            SetupError: it has not; a disk that is full in the midst of a file stops other programs
                too.
        """
        if self.local_path is None:
            return
        self.require_held()
        free = shutil.disk_usage(self.local_path).free
        if free < _LEAST_FREE_BYTES + more_bytes:
            needed = f"; {more_bytes / 2**20:.0f} are to be written" if more_bytes else ""
            raise SetupError(
                f"--out {self.location}: {free / 2**20:.0f} MiB are left on its disk, too few to "
                f"go on{needed}. Make room, or give another folder; what is written stays, and the "
                "same command goes on from there."
            )

    def exists(self, name: str) -> bool:
        """Whether the folder holds `name`.

        Raises:
            SetupError: the store cannot be reached.
        """
        with self._reached():
            return bool(self.files.exists(f"{self.path}/{name}"))

    def read_bytes(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            OSError: it is not there, or cannot be read.
            SetupError: the store cannot be reached.
        """
        with self._reached():
            content: bytes = self.files.cat_file(f"{self.path}/{name}")
        return content

    def remove(self, name: str) -> None:
        """Take a file away; no error if it is not there.

        Raises:
            SetupError: it cannot be taken away, as where the right to write is gone.
        """
        if self.exists(name):
            with self._removing(name), self._reached():
                self.files.rm_file(f"{self.path}/{name}")

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a file: whole under its name, or not at all.

        Locally under a hidden name, brought to disk and renamed; on an object store by one put,
        which shows nothing before it is complete.

        Raises:
            SetupError: it cannot be written, as on a full disk.
        """
        folder, _, base = name.rpartition("/")
        parent = f"{self.path}/{folder}".rstrip("/")
        try:
            with self._reached():
                self.require_held()
                if not is_object_store(self.files):  # a bucket would be made without a word
                    self.files.makedirs(parent, exist_ok=True)
                if self.is_local:
                    _write_and_rename(Path(parent), base, io.BytesIO(content))
                else:
                    self.files.pipe_file(f"{parent}/{base}", content)
        except OSError as fault:
            raise self.not_written(name, fault) from fault

    def write_stream(self, name: str, content: IO[bytes]) -> None:
        """As `write_bytes`, of a file too large to hold: all of `content`, from its start.

        Raises:
            SetupError: it cannot be written, as on a full disk.
        """
        folder, _, base = name.rpartition("/")
        parent = f"{self.path}/{folder}".rstrip("/")
        content.seek(0)
        try:
            with self._reached():
                self.require_held()
                if not is_object_store(self.files):
                    self.files.makedirs(parent, exist_ok=True)
                if self.is_local:
                    _write_and_rename(Path(parent), base, content)
                else:
                    with self.files.open(f"{parent}/{base}", "wb") as stream:
                        shutil.copyfileobj(content, stream, _COPIED_BYTES)
        except OSError as fault:
            raise self.not_written(name, fault) from fault

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Turns what the client of a store raises, and no file system should, into a SetupError."""
        try:
            yield
        except (OSError, SetupError):
            raise
        except Exception as fault:
            raise SetupError(
                f"--out {self.location}: cannot be reached ({type(fault).__name__}: {fault}). See "
                "that the store is up, and that its address, region and key are right; what is "
                "whole stays, and the same command goes on from there."
            ) from fault

    def not_written(self, name: str, fault: OSError) -> SetupError:
        """What is said of a file that cannot be written."""
        lever = "Make room" if self.is_local else "See that the store takes what is put there"
        return SetupError(
            f"--out {self.location}: {name} cannot be written ({fault}). {lever}, or give another "
            "folder; what is whole stays, and the same command goes on from there."
        )

    @contextmanager
    def _removing(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            return
        except OSError as fault:
            raise SetupError(
                f"--out {self.location}: {name} cannot be taken away ({fault}). See that the "
                "folder can be written to; what is whole stays, and the same command goes on from "
                "there."
            ) from fault

    def create(self, name: str, content: bytes) -> bool:
        """Write a file that is not there yet, whole; False where there is one.

        Locally nobody else can do so at the same moment, nor in an object store whose puts can be
        exclusive.

        Raises:
            SetupError: it cannot be written.
        """
        path = f"{self.path}/{name}"
        try:
            with self._reached():
                self.require_held()
                if self.is_local:
                    _create(Path(path), content)
                else:
                    self.files.pipe_file(path, content, mode="create")
        except FileExistsError:
            return False
        except OSError as fault:
            raise self.not_written(name, fault) from fault
        return True

    def clear_unfinished(self, folders: Iterable[str]) -> None:
        """Take away what writers that died left in the making, directly below some folders.

        For whoever holds the folder: nobody else is writing.

        Args:
            folders: their names; "" is this one.
        """
        for folder in folders:
            if folder == "" and self.local_path is None:  # an object store has none there
                continue
            for base in fnmatch.filter(self.names_in(folder), _MAKING):
                name = f"{folder}/{base}".lstrip("/")
                with self._removing(name), self._reached():
                    self.files.rm_file(f"{self.path}/{name}")

    def remove_folder(self, name: str) -> None:
        """Take a folder away, with all that is in it; no error if it is not there.

        Raises:
            SetupError: it cannot be taken away.
        """
        if self.exists(name):
            with self._removing(name), self._reached():
                self.files.rm(f"{self.path}/{name}", recursive=True)

    def age_s(self, name: str) -> float:
        """Seconds since a file was written; 0 where that is not known or it is not there."""
        try:
            written = self.files.modified(f"{self.path}/{name}")
        except Exception:  # each file system raises its own
            return 0.0
        return max(float((datetime.now(UTC) - written.astimezone(UTC)).total_seconds()), 0.0)

    def write_table(self, name: str, table: pa.Table, group_rows: int | None = None) -> None:
        """Write a table as a Parquet file, atomically, with a checksum of each page.

        Args:
            name: of the file.
            table: what it holds.
            group_rows: of each row group, the least that a reader can read; None: very many.
        """
        buffer = pa.BufferOutputStream()
        pq.write_table(table, buffer, row_group_size=group_rows, **PARQUET)
        self.write_bytes(name, buffer.getvalue().to_pybytes())

    def copy(self, name: str, to: str) -> None:
        """Put a file of an object store under another name too.

        Raises:
            SetupError: it cannot be written.
        """
        try:
            with self._reached():
                self.files.cp_file(f"{self.path}/{name}", f"{self.path}/{to}")
        except OSError as fault:
            raise self.not_written(to, fault) from fault

    def write_columns(self, name: str, columns: pa.Schema) -> None:
        """Write a Parquet file of no rows and no row groups, atomically: its columns alone."""
        buffer = pa.BufferOutputStream()
        pq.ParquetWriter(buffer, columns).close()
        self.write_bytes(name, buffer.getvalue().to_pybytes())

    def names_in(self, folder: str) -> list[str]:
        """The names of all that stands directly below `folder`, hidden files too; [] without it.

        Raises:
            SetupError: the store cannot be reached.
        """
        if not self.exists(folder):
            return []
        with self._reached():
            found = self.files.ls(f"{self.path}/{folder}", detail=False)
        return [str(name).rstrip("/").rsplit("/", 1)[-1] for name in found]

    def part_names(self, folder: str) -> list[str]:
        """The whole Parquet files directly below `folder`, sorted, relative to this folder.

        While parts become one file, and after that was broken off, each row stands in one of them.
        """
        bases = self.names_in(folder)
        if not bases:
            return []
        names = {
            f"{folder}/{base}"
            for base in bases
            if base.endswith(".parquet") and not base.startswith(HIDDEN)
        }
        journal = self.journal()  # after the listing: see `pipeline.dataset.gathering`
        if journal is not None:
            names = journal.without_doubles(names, [f"{folder}/{base}" for base in bases])
        return sorted(names, key=lambda name: name.replace(f"/{HIDDEN}", "/"))

    def part_sizes(self, folder: str) -> dict[str, int]:
        """The bytes of each of `part_names`, in their order."""
        names = self.part_names(folder)
        with self._reached():
            found = self.files.ls(f"{self.path}/{folder}", detail=True) if names else []
        sizes = {str(each["name"]).rsplit("/", 1)[-1]: int(each["size"]) for each in found}
        return {name: sizes[name.rpartition("/")[2]] for name in names}

    def journal(self) -> Journal | None:
        """Which files give way to others at this moment, or were to when that was broken off.

        Raises:
            SetupError: what is written of them cannot be read.
        """
        try:
            return Journal.from_bytes(self.read_bytes(JOURNAL))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as fault:
            raise SetupError(
                f"{self.location}/{JOURNAL}: cannot be read ({fault}). It says which files hold "
                "the same rows while some take the place of others; without it they cannot be told "
                "apart."
            ) from fault

    def open(self, name: str) -> Any:
        """A file, to read bytes from; a context manager.

        Raises:
            SetupError: it has gone, for its rows are in another file by now.
        """
        with self._reached():
            try:
                stream = self.files.open(f"{self.path}/{name}", "rb")
            except FileNotFoundError as fault:
                raise self._gone(name) from fault
        if self.is_local and stream.read(len(NOTE)) == NOTE:
            stream.close()
            raise self._gone(name)
        stream.seek(0)
        return stream

    def _gone(self, name: str) -> SetupError:
        return SetupError(
            f"{self.location}/{name}: has gone since it was listed, as files do that `microemo "
            "compact` gathers, or of which rows were made again. Ask again."
        )

    def read_table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """The table in a Parquet file."""
        with self.open(name) as stream:
            return pq.read_table(stream, columns=columns)

    def read_tables(self, folder: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """The tables of the whole Parquet files below `folder`, one after the other."""
        for name in self.part_names(folder):
            yield self.read_table(name, columns)


def _create(path: Path, content: bytes) -> None:
    """Raises FileExistsError if there is a file."""
    hidden = path.with_name(f"{HIDDEN}{path.name}.{uuid.uuid4().hex}")
    try:
        hidden.write_bytes(content)
        try:
            os.link(hidden, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            with path.open("xb") as stream:
                stream.write(content)
    finally:
        hidden.unlink(missing_ok=True)


def _write_and_rename(parent: Path, base: str, content: IO[bytes]) -> None:
    hidden = parent / f"{HIDDEN}{base}{WRITER}{os.getpid()}"
    try:
        with hidden.open("wb") as stream:
            shutil.copyfileobj(content, stream, _COPIED_BYTES)
            stream.flush()
            os.fsync(stream.fileno())
        hidden.replace(parent / base)
    except OSError:
        hidden.unlink(missing_ok=True)
        raise
