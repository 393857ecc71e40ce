"""Cuts that were made, kept in a temporary folder of bounded size while the server runs."""

import hashlib
from collections import OrderedDict
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from pipeline.review.clip import Clip
from pipeline.review.cut import write_cut

_MOST_BYTES = 512 * 2**20


class CutCache:
    """Makes a cut once, when it is first asked for, and one at a time."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        """
        Args:
            most_bytes: that cuts may take; those not asked for the longest go first.
        """
        self._folder = TemporaryDirectory(prefix="microemo-review-")
        self._most_bytes = most_bytes
        self._sizes: OrderedDict[Path, int] = OrderedDict()
        self._lock = Lock()

    def path_of(self, clip: Clip) -> Path:
        """The file with the cut.

        Raises:
            stages.faults.DataFault: the video cannot be read.
        """
        told = repr((clip.uri, clip.now(), clip.start_s, clip.end_s))
        path = Path(self._folder.name) / f"{hashlib.sha256(told.encode()).hexdigest()}.mp4"
        with self._lock:
            if path not in self._sizes:
                making = path.with_suffix(".making")
                try:
                    write_cut(clip.uri, clip.start_s, clip.end_s, making)
                    making.replace(path)
                finally:
                    making.unlink(missing_ok=True)
                self._sizes[path] = path.stat().st_size
            self._sizes.move_to_end(path)
            self._make_room()
        return path

    def close(self) -> None:
        """Take all cuts away."""
        self._folder.cleanup()

    def _make_room(self) -> None:
        while len(self._sizes) > 1 and sum(self._sizes.values()) > self._most_bytes:
            oldest, _ = self._sizes.popitem(last=False)
            oldest.unlink(missing_ok=True)
