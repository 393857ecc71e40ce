"""Whether a file is still the one that a run began with."""

import math
from datetime import UTC, datetime
from typing import Any

from stages.faults import DataFault, ErrorKind
from stages.media import local_path

FileState = dict[str, Any]
"""`size_bytes` and `modified` (UTC, to the millisecond) of a file, None where nobody says."""


def state_of(uri: str) -> FileState | None:
    """The state of a local file, or of one behind a URI that fsspec opens; None: cannot be had."""
    path = local_path(uri)
    try:
        if path is not None:
            found = path.stat()
            return _state(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
        return _remote_state(uri)
    except Exception:  # each file system raises its own; whoever opens the file says what is wrong
        return None


def require_unchanged(uri: str, known: FileState | None) -> None:
    """See to it that a file is the one that is known.

    Args:
        uri: where it is.
        known: its state as it was; None: nobody knows.

    Raises:
        DataFault: CHANGED, with the difference.
    """
    difference = differing(known, state_of(uri))
    if difference:
        raise DataFault(
            ErrorKind.CHANGED,
            f"{uri}: is another file than the run began with: {difference}. Start a run when "
            "nobody writes to its videos any more.",
        )


def differing(known: FileState | None, now: FileState | None) -> str:
    """How a file has changed, in words; "" where it has not, or where that is not known."""
    if known is None or now is None:
        return ""
    told = []
    was, size = known["size_bytes"], now["size_bytes"]
    if was is not None and size is not None and was != size:
        told.append(f"it had {was} bytes and has {size}")
    written, modified = known["modified"], now["modified"]
    if written is not None and modified is not None and written != modified:
        told.append(f"it was of {written:%F %T} and is of {modified:%F %T} (UTC)")
    return " and ".join(told)


def _remote_state(uri: str) -> FileState:
    import fsspec

    files, path = fsspec.url_to_fs(uri)
    size = files.info(path).get("size")
    try:
        modified = files.modified(path)
    except NotImplementedError:
        modified = None
    return _state(size, modified)


def _state(size: int | None, modified: datetime | None) -> FileState:
    if modified is not None:
        modified = modified.astimezone(UTC)
        modified = modified.replace(microsecond=math.floor(modified.microsecond / 1000) * 1000)
    return {"size_bytes": size, "modified": modified}
