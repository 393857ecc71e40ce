"""What lists and tables share: reading their text, and what a name in them points to."""

import os
import posixpath
from pathlib import Path

import fsspec

from pipeline.manifest import remote
from pipeline.manifest.source import Source
from stages.encoding import decode
from stages.faults import SetupError
from stages.media import is_uri

_SHOWN_FAULTS = 5


class EntryFault(ValueError):
    """What is wrong with one line of a list or table."""


class Faults:
    """Gathers the faults of a file, so that a person sees them together."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: list[str] = []

    def add(self, line: int, message: str) -> None:
        """Note what is wrong in a line (or row), counted from 1."""
        self._lines.append(f"{self._file}, line {line}: {message}")

    def raise_if_any(self) -> None:
        """Raise SetupError if a fault was noted; it shows the first few."""
        if not self._lines:
            return
        more = len(self._lines) - _SHOWN_FAULTS
        shown = self._lines[:_SHOWN_FAULTS]
        raise SetupError("\n".join([*shown, f"and {more} more"] if more > 0 else shown))


def read_text(file: str, notices: list[str]) -> str:
    """The text of a local or remote file, line ends made `\\n`.

    Args:
        file: absolute path or URI.
        notices: takes a sentence if the encoding is not certain, or does not fit.

    Raises:
        SetupError: it cannot be read.
    """
    try:
        content = _read_bytes(file)
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{file}: cannot be read: {fault}") from fault
    text, warning = decode(content)
    if warning:
        notices.append(f"{file} {warning}.")
    return text


def _read_bytes(file: str) -> bytes:
    if not is_uri(file):
        return Path(file).read_bytes()
    with fsspec.open(file, "rb") as stream:
        content: bytes = stream.read()
    return content


class Folder:
    """The folder that a list or table stands in: where its relative names start."""

    def __init__(self, file: str) -> None:
        """`file` is the absolute path or the URI of the list or table."""
        self._is_remote = is_uri(file)
        self._path = file.rpartition("/")[0]

    def point(self, name: str) -> tuple[str, int]:
        """The URI that `name` points to, and how many of its parts stand below this folder.

        A URI is taken as it is. An absolute path is that path. A relative one starts at this
        folder and must not climb out of it: a list that was sent to someone must not reach
        files beside it by `..`.

        Raises:
            EntryFault: it is empty, climbs out, or has a protocol that fsspec does not know.
        """
        name = name.strip()
        if not name:
            raise EntryFault("names no file")
        if "\0" in name:
            raise EntryFault("holds a zero byte")
        if is_uri(name):
            try:
                path = remote.local_path(name)
            except SetupError as fault:
                raise EntryFault(str(fault)) from None
            if path is None:
                self._refuse_local_chain(name)
                return name, 1
            name = path
        return self._absolute(name) if name.startswith("/") else self._relative(name)

    def _absolute(self, name: str) -> tuple[str, int]:
        if self._is_remote:
            raise EntryFault(f"{name}: a remote list cannot name a file of this machine")
        path = os.path.normpath(name)
        inside = path.startswith(f"{self._path}/")
        return path, path[len(self._path) :].strip("/").count("/") + 1 if inside else 1

    def _refuse_local_chain(self, uri: str) -> None:
        if self._is_remote and remote.ends_on_this_machine(uri):
            raise EntryFault(f"{uri}: a remote list cannot name a file of this machine")

    def _relative(self, name: str) -> tuple[str, int]:
        below = posixpath.normpath(name)
        if below == ".." or below.startswith("../"):
            raise EntryFault(
                f"{name}: climbs out of the folder of the list; give the absolute path"
            )
        return f"{self._path}/{below}", below.count("/") + 1


def refuse_if_none_exists(file: str, sources: list[Source]) -> None:
    """Raise SetupError if all `sources` are local and not one is there.

    One dead line is a failure of that line; nothing but dead lines is a wrong folder, or a text
    that is no list.
    """
    if not sources:
        raise SetupError(f"{file}: names no video")
    # Not Path.exists, which fails on a name that is too long, as are lines of a text.
    if any(is_uri(source.uri) or os.path.exists(source.uri) for source in sources):  # noqa: PTH110
        return
    raise SetupError(
        f"{file}: none of the {len(sources)} files it names is there; the first is "
        f"{sources[0].uri}. Relative names start at the folder of the list."
    )
