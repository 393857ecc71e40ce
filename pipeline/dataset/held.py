"""A folder on this machine that must stay the one it is.

A disk that is unmounted leaves an empty folder behind under the same name. What is written there
looks well, and is gone from sight as soon as the disk comes back.
"""

import os
import weakref


class HeldFolder:
    """Holds a folder: opened, so that no file system gives its number to another one.

    Args:
        path: of the folder.

    Raises:
        OSError: it is not there.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        weakref.finalize(self, os.close, handle)
        self._was = os.fstat(handle)

    def is_there(self) -> bool:
        """Whether its path still leads to it."""
        try:
            return os.path.samestat(self._was, os.stat(self._path))  # noqa: PTH116 - a path of fsspec
        except OSError:  # the folder is gone, or the machine that has it
            return False
