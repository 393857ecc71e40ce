"""Files that are there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stages.faults import SetupError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A hidden path to write to, which becomes `path` at the end of the block.

    Leaves nothing behind where the block ends in an exception. The hidden name depends on that of
    the file alone, so that what a killed process left is written over.

    Raises:
        SetupError: it cannot be written, as on a full disk.
    """
    hidden = path.with_name(f".{path.name}.part")
    try:
        yield hidden
        hidden.replace(path)
    except OSError as fault:
        raise SetupError(
            f"{path}: cannot be written ({fault}). Make room or give another folder."
        ) from fault
    finally:
        # On a disk that cannot be written to, even what is not there cannot be removed.
        with suppress(OSError):
            hidden.unlink(missing_ok=True)
