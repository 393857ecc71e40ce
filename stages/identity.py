"""Which weights a row was made with: known by their content, wherever they lie."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from stages.faults import SetupError

Weights = Mapping[str, str]
"""`name` for a person and `revision` by content; a model also says `trained`."""

Identity = Mapping[str, Weights]
"""The weights of a run by their part in it: "model", "detector", "speech", "evidence". Made once,
by the driver of the run, and handed to the stages."""


Contents = Sequence[tuple[str, bytes]]
"""Names of files, and the SHA-256 of what is in each."""


def revision_of(files: Iterable[Path], below: Path | None = None) -> str:
    """12 hex digits that tell files of other content or other names apart.

    Args:
        files: in any order.
        below: the folder that their names start at; None: only their content counts.

    Raises:
        SetupError: a file cannot be read.
    """
    return revision_of_contents(contents_of(files, below))


def contents_of(files: Iterable[Path], below: Path | None = None) -> Contents:
    """What `revision_of` goes by, for whoever needs the revision of some of the files too.

    Raises:
        SetupError: a file cannot be read.
    """
    found = []
    for file in sorted(files):
        name = "" if below is None else file.relative_to(below).as_posix()
        try:
            with file.open("rb") as stream:
                found.append((name, hashlib.file_digest(stream, "sha256").digest()))
        except OSError as fault:
            raise SetupError(f"{file}: cannot be read: {fault.strerror}") from fault
    return found


def revision_of_contents(contents: Contents) -> str:
    """12 hex digits; see `revision_of`."""
    digest = hashlib.sha256()
    for name, content in contents:
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:12]
