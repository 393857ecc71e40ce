"""How a run is shown to a program while it goes: a line of JSON for each step."""

import json
import time
from datetime import UTC, datetime
from typing import Any, TextIO

_EVERY_S = 1.0


class JsonWatcher:
    """Writes lines with `event`, `time` (UTC) and the counts so far.

    `event` is "began", "phase" (with `text`), "progress" (at most one a second, and the last), or
    "waiting" where no row was finished for a second or more (with `waited_s`).

    Args:
        stream: to write to.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._counts: dict[str, Any] = {}
        self._windows = 0
        self._video_s = 0.0
        self._written_at = -_EVERY_S
        self._is_owed = False

    def began(self, videos: int, done_before: int) -> None:
        """See `pipeline.run.Watcher`."""
        self._counts = {"videos": videos, "done": float(done_before), "failed": 0}
        self._write("began")

    def phase(self, text: str) -> None:
        """See `pipeline.run.Watcher`."""
        if self._is_owed:
            self._write("progress")
        self._write("phase", text=text)

    def row(self, row: dict[str, Any], done: float, failed: int) -> None:
        """See `pipeline.run.Watcher`."""
        if row.get("end_s") is not None and row.get("error") is None:
            self._windows += 1
            self._video_s += row["end_s"] - row["start_s"]
        self._counts |= {"done": round(done, 4), "failed": failed}
        self._is_owed = True
        if time.monotonic() - self._written_at >= _EVERY_S:
            self._write("progress")

    def tick(self, waited_s: float) -> None:
        """See `pipeline.run.Watcher`."""
        if time.monotonic() - self._written_at < _EVERY_S:
            return
        if self._is_owed:
            self._write("progress")
        elif waited_s >= _EVERY_S:
            self._write("waiting", waited_s=waited_s)

    def _write(self, event: str, **more: Any) -> None:
        told = {
            "event": event,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **self._counts,
            "windows": self._windows,
            "video_s": round(self._video_s, 2),
            **more,
        }
        self._stream.write(json.dumps(told, ensure_ascii=False) + "\n")
        self._stream.flush()
        if event != "phase":
            self._written_at, self._is_owed = time.monotonic(), False
