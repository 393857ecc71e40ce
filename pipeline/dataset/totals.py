"""What the whole run comes to, however much of it the page shows."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.reading import read_light
from pipeline.dataset.sink import ANNOTATIONS, FAILURES

_ANNOTATION_COLUMNS = [
    "video_id",
    "window_index",
    "window_count",
    "media",
    "utterances",
    "faces",
    "micro_events",
    "warnings",
    "model",
    "created_at",
    "timings",
]
_FAILURE_COLUMNS = ["video_id", "window_index", "window_count", "error", "created_at", "timings"]

ModelKey = tuple[str, str, str, str]


@dataclass
class VideoTally:
    """What there is of one video."""

    windows: set[int] = field(default_factory=set)
    failed_windows: set[int] = field(default_factory=set)
    failed_whole: bool = False
    window_count: int | None = None
    duration_s: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the whole or a window failed."""
        return self.failed_whole or bool(self.failed_windows)

    @property
    def owed(self) -> int:
        """Windows that are neither annotated nor failed."""
        if self.window_count is None:
            return 0
        return max(0, self.window_count - len(self.windows | self.failed_windows))


@dataclass
class Totals:
    """Sums over every row of a run."""

    videos: dict[str, VideoTally] = field(default_factory=dict)
    windows: int = 0
    windows_with_face: int = 0
    windows_with_warning: int = 0
    utterances: int = 0
    utterances_abstained: int = 0
    micro_events: int = 0
    failures: int = 0
    text_sources: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)  # of utterances
    failure_kinds: Counter[tuple[str, str]] = field(default_factory=Counter)  # kind, stage
    models: Counter[ModelKey] = field(default_factory=Counter)  # name, revision, trained, engine
    stage_seconds: dict[str, float] = field(default_factory=dict)
    first_row: datetime | None = None
    last_row: datetime | None = None

    @property
    def annotated(self) -> list[str]:
        """The ids of the videos with at least one annotation, in order."""
        return sorted(name for name, tally in self.videos.items() if tally.windows)

    @property
    def failed_videos(self) -> int:
        """Videos with failures and no annotation."""
        return sum(tally.failed and not tally.windows for tally in self._tallies())

    @property
    def videos_failed_in_part(self) -> int:
        """Videos with failures beside annotations."""
        return sum(tally.failed and bool(tally.windows) for tally in self._tallies())

    @property
    def owed_windows(self) -> int:
        """Windows that a stopped run has not come to, in videos that were begun."""
        return sum(tally.owed for tally in self._tallies())

    @property
    def duration_s(self) -> float:
        """Seconds of video of which there is at least one annotation."""
        return sum(tally.duration_s for tally in self._tallies())

    def _tallies(self) -> list[VideoTally]:
        return list(self.videos.values())


def count(output: DatasetFolder) -> Totals:
    """The totals of what stands in `output`; a window that stands there twice counts once."""
    totals = Totals()
    for row in read_light(output, ANNOTATIONS, _ANNOTATION_COLUMNS):
        tally = totals.videos.setdefault(row["video_id"], VideoTally())
        if row["window_index"] not in tally.windows:
            _enter_annotation(totals, tally, row)
    for row in read_light(output, FAILURES, _FAILURE_COLUMNS):
        _enter_failure(totals, totals.videos.setdefault(row["video_id"], VideoTally()), row)
    return totals


def _enter_annotation(totals: Totals, tally: VideoTally, row: dict[str, Any]) -> None:
    tally.windows.add(row["window_index"])
    tally.window_count = row["window_count"]
    tally.duration_s = (row["media"] or {}).get("duration_s") or 0.0
    totals.windows += 1
    totals.windows_with_face += bool(row["faces"])
    totals.windows_with_warning += bool(row["warnings"])
    totals.micro_events += len(row["micro_events"] or [])
    for utterance in row["utterances"] or []:
        totals.utterances += 1
        totals.utterances_abstained += bool(utterance["abstained"])
        totals.text_sources[utterance["text_source"] or "none"] += 1
        totals.labels.update(utterance["labels"] or [])
    model = row["model"]
    if model:
        name, revision, trained, engine = (
            model[key] or "" for key in ("name", "revision", "trained", "engine")
        )
        totals.models[name, revision, trained, engine] += 1
    _enter_time(totals, row)


def _enter_failure(totals: Totals, tally: VideoTally, row: dict[str, Any]) -> None:
    totals.failures += 1
    error = row["error"] or {}
    totals.failure_kinds[error.get("kind") or "unknown", error.get("stage") or ""] += 1
    if row["window_index"] is None:
        tally.failed_whole = True
    else:
        tally.failed_windows.add(row["window_index"])
        tally.window_count = row["window_count"]
    _enter_time(totals, row)


def _enter_time(totals: Totals, row: dict[str, Any]) -> None:
    for stage, seconds in (row["timings"] or {}).items():
        totals.stage_seconds[stage] = totals.stage_seconds.get(stage, 0.0) + (seconds or 0.0)
    written = row["created_at"]
    if written is not None:
        totals.first_row = min(totals.first_row or written, written)
        totals.last_row = max(totals.last_row or written, written)
