"""How a run is shown on the terminal while it goes."""

import time
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

_LINE_EVERY_S = 30.0
_STALL_S = 120.0


class TerminalWatcher:
    """A live bar on a terminal; a plain line every half minute where there is none."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=12),
            TextColumn("{task.fields[counts]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("reading the inputs", total=None, counts="")
        self._videos = 0
        self._counts = ""
        self._windows = 0
        self._seconds_done = 0.0
        self._began_at = time.monotonic()
        self._line_at = time.monotonic()

    def __enter__(self) -> "TerminalWatcher":
        """Start to show."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def began(self, videos: int, done_before: int) -> None:
        """See `pipeline.run.Watcher`."""
        self._videos = videos
        self._began_at = time.monotonic()
        self._bar.update(self._task, total=videos, completed=done_before)
        if done_before:
            self._console.print(f"{done_before} of {videos} videos stand in the output already")

    def phase(self, text: str) -> None:
        """See `pipeline.run.Watcher`."""
        self._bar.update(self._task, description=text)
        if not self._console.is_terminal:
            self._console.print(text)

    def row(self, row: dict[str, Any], done: float, failed: int) -> None:
        """See `pipeline.run.Watcher`."""
        if row.get("end_s") is not None and row.get("error") is None:
            self._windows += 1
            self._seconds_done += row["end_s"] - row["start_s"]
        self._counts = (
            f"{int(done)}/{self._videos} videos, {failed} failed, {self._windows} windows, "
            f"{self._rate()}"
        )
        self._bar.update(self._task, completed=done, counts=self._counts, description="annotating")

    def tick(self, waited_s: float) -> None:
        """See `pipeline.run.Watcher`."""
        if waited_s >= _STALL_S:
            minutes, seconds = divmod(int(waited_s), 60)
            self._bar.update(
                self._task, description=f"no row finished for {minutes} min {seconds:02d} s"
            )
        if not self._console.is_terminal and time.monotonic() - self._line_at > _LINE_EVERY_S:
            self._line_at = time.monotonic()
            self._console.print(self._counts or "no row finished yet")

    def _rate(self) -> str:
        """How many hours of video an hour of the run does, its start-up counted in."""
        return f"{self._seconds_done / (time.monotonic() - self._began_at):.1f} x real time"
