"""The folder that an export goes to: each file whole or not at all, and a list of all of them."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import RECORD
from stages.faults import SetupError

MANIFEST = "export.json"
_IN_MEMORY_BYTES = 2**24


class Output:
    """Takes the files of an export; what an earlier one left and this one does not make goes."""

    def __init__(self, location: str) -> None:
        """
        Raises:
            SetupError: the folder cannot be opened, or it is that of a run.
        """
        self.folder = DatasetFolder(location)
        self._files: dict[str, dict[str, Any]] = {}
        if self.folder.exists(RECORD):
            raise SetupError(
                f"--out {self.folder.location}: is the folder of a run. Give another one."
            )

    @property
    def location(self) -> str:
        """The folder: an absolute path or a URI."""
        return self.folder.location

    def write(self, name: str, content: bytes) -> None:
        """Write a file, in place of one of its name.

        Raises:
            SetupError: it cannot be written.
        """
        self.folder.write_bytes(name, content)
        self.note(name, len(content), hashlib.sha256(content).hexdigest())

    def write_json(self, name: str, value: Any) -> None:
        """Write a value as JSON that a person can read."""
        self.write(name, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())

    def growing(self, name: str) -> "GrowingFile":
        """A file that is written bit by bit, and is there once it is `close`d."""
        return GrowingFile(self, name)

    def note(
        self, name: str, size_bytes: int, sha256: str, made: Mapping[str, Any] | None = None
    ) -> None:
        """Take down that a file is part of this export.

        Args:
            made: of media, how they were made; `earlier_media` gives it back.
        """
        more = {} if made is None else {"made": dict(made)}
        self._files[name] = {"bytes": size_bytes, "sha256": sha256, **more}

    def earlier_media(self) -> list[dict[str, Any]]:
        """The media that an earlier export into the folder listed, and how they were made."""
        return [
            {
                "name": name,
                "size_bytes": told.get("bytes"),
                "sha256": told.get("sha256"),
                **told["made"],
            }
            for name, told in self._listed().items()
            if isinstance(told, dict) and isinstance(told.get("made"), dict)
        ]

    def place_of(self, name: str) -> str:
        """Where a file of this export is, as `stages.media.open_media` takes it."""
        return f"{self.location.rstrip('/')}/{name}"

    @property
    def names(self) -> frozenset[str]:
        """The files of this export so far."""
        return frozenset(self._files)

    def finish(self, record: dict[str, Any]) -> None:
        """Write the manifest, and take away what only an earlier export into the folder made.

        Args:
            record: what the export was made of and with.
        """
        for name in sorted(self._listed().keys() - self.names):
            self.folder.remove(name)
        files = dict(sorted(self._files.items()))
        whole = {**record, "files": files}
        content = json.dumps(whole, indent=1, ensure_ascii=False).encode("utf-8", "replace")
        self.folder.write_bytes(MANIFEST, content)

    def _listed(self) -> dict[str, Any]:
        """What an earlier export listed; paths that lead out of the folder are left out."""
        try:
            listed = json.loads(self.folder.read_bytes(MANIFEST))["files"].items()
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        return {name: told for name, told in listed if is_below(name)}


def _spooled() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)


class GrowingFile:
    """A file in the making, outside the folder."""

    def __init__(self, output: Output, name: str) -> None:
        self._output = output
        self._name = name
        self.stream: IO[bytes] = _spooled()

    def write(self, text: str) -> None:
        """Add text, as UTF-8."""
        self.stream.write(text.encode("utf-8", "replace"))

    def write_line(self, value: Any) -> None:
        """Add a value as a line of JSON."""
        self.write(json.dumps(value, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Put the file into the folder.

        Raises:
            SetupError: it cannot be written.
        """
        with self.stream:
            self._output.folder.write_stream(self._name, self.stream)
            size_bytes = self.stream.tell()
            self.stream.seek(0)
            digest = hashlib.file_digest(self.stream, hashlib.sha256).hexdigest()  # type: ignore[arg-type]
        self._output.note(self._name, size_bytes, digest)


def is_below(name: object) -> bool:
    """Whether a name is one of a file below the folder of an export."""
    return isinstance(name, str) and not Path(name).is_absolute() and ".." not in Path(name).parts
