"""What the whole run comes to, however much of it the page shows."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.ledger import VideoProgress
from pipeline.dataset.reading import read_light
from stages.rows import Row

_ANNOTATION_COLUMNS = [
    "video_id",
    "uri",
    "window_index",
    "window_count",
    "media",
    "utterances",
    "faces",
    "micro_events.kind",
    "face_events.kind",
    "clues",
    "warnings",
    "model",
    "created_at",
    "timings",
]
_FAILURE_COLUMNS = [
    "video_id",
    "uri",
    "window_index",
    "window_count",
    "error",
    "created_at",
    "timings",
]

CONFIDENCE_BINS = 10  # of 0..1, alike
_VARYING = re.compile(r"\d+(?:[.,]\d+)*|'[^']*'")

ModelKey = tuple[str, str, str, str]


@dataclass
class Totals:
    """Sums over every row of a run."""

    videos: dict[str, VideoProgress] = field(default_factory=dict)
    windows: int = 0
    windows_with_face: int = 0
    windows_with_warning: int = 0
    warnings: Counter[str] = field(default_factory=Counter)  # by kind: without their numbers
    confidences: list[int] = field(default_factory=lambda: [0] * CONFIDENCE_BINS)
    utterances: int = 0
    utterances_abstained: int = 0
    utterances_refused: int = 0  # of those: the language model would not or could not say
    events: Counter[str] = field(default_factory=Counter)  # of faces, by kind
    utterances_with_speaking_face: int = 0
    times_named: int = 0  # in descriptions, of which it is known whether anything supports them
    times_supported: int = 0  # of those
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
        return sorted(name for name, video in self.videos.items() if video.annotated)

    @property
    def failed_videos(self) -> int:
        """Videos with failures and no annotation."""
        return sum(video.has_failed and not video.annotated for video in self.videos.values())

    @property
    def videos_failed_in_part(self) -> int:
        """Videos with failures beside annotations."""
        return sum(video.has_failed and bool(video.annotated) for video in self.videos.values())

    @property
    def owed_windows(self) -> int:
        """Windows that a stopped run has not come to, in videos that were started."""
        return sum(video.owed for video in self.videos.values())

    @property
    def duration_s(self) -> float:
        """Seconds of video of which there is at least one annotation."""
        return sum(video.duration_s for video in self.videos.values())


def count(folder: DatasetFolder) -> Totals:
    """The totals of what stands in `folder`; a window that stands there twice counts once."""
    totals = Totals()
    for row in read_light(folder, ANNOTATIONS, _ANNOTATION_COLUMNS):
        video = totals.videos.setdefault(row["video_id"], VideoProgress())
        if row["window_index"] not in video.annotated:
            video.note(row, failed=False)
            video.duration_s = (row["media"] or {}).get("duration_s") or 0.0
            _enter_annotation(totals, row)
    for row in read_light(folder, FAILURES, _FAILURE_COLUMNS):
        totals.videos.setdefault(row["video_id"], VideoProgress()).note(row, failed=True)
        _enter_failure(totals, row)
    return totals


def _enter_annotation(totals: Totals, row: Row) -> None:
    totals.windows += 1
    totals.windows_with_face += bool(row["faces"])
    totals.windows_with_warning += bool(row["warnings"])
    totals.warnings.update({_kind_of(warning) for warning in row["warnings"] or []})
    for event in (*(row["micro_events"] or []), *(row["face_events"] or [])):
        totals.events[event.get("kind") or "micro"] += 1  # once there were no other kinds
    _enter_clues(totals, row["clues"])
    for utterance in row["utterances"] or []:
        totals.utterances += 1
        totals.utterances_abstained += bool(utterance.get("abstained"))
        totals.utterances_refused += utterance.get("abstained_reason") == "refused"
        totals.text_sources[utterance["text_source"] or "none"] += 1
        totals.labels.update(utterance.get("labels") or [])
        for confidence in (utterance.get("label_confidence") or [])[:1]:  # the surest label's
            if confidence is not None:
                totals.confidences[min(int(confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)] += 1
        totals.utterances_with_speaking_face += utterance.get("speaker_track") is not None
        _enter_clues(totals, utterance.get("clues"))
    model = row["model"]
    if model:
        name, revision, trained, engine = (
            model[key] or "" for key in ("name", "revision", "trained", "engine")
        )
        totals.models[name, revision, trained, engine] += 1
    _enter_time(totals, row)


def _kind_of(warning: str) -> str:
    """A warning without what differs from row to row: its numbers, and what it quotes."""
    return _VARYING.sub("N", warning)


def _enter_clues(totals: Totals, clues: list[Row] | None) -> None:
    known = [clue["supported"] for clue in clues or [] if clue["supported"] is not None]
    totals.times_named += len(known)
    totals.times_supported += sum(known)


def _enter_failure(totals: Totals, row: Row) -> None:
    totals.failures += 1
    error = row["error"] or {}
    totals.failure_kinds[error.get("kind") or "unknown", error.get("stage") or ""] += 1
    _enter_time(totals, row)


def _enter_time(totals: Totals, row: Row) -> None:
    for stage, seconds in (row["timings"] or {}).items():
        totals.stage_seconds[stage] = totals.stage_seconds.get(stage, 0.0) + (seconds or 0.0)
    written = row["created_at"]
    if written is not None:
        totals.first_row = min(totals.first_row or written, written)
        totals.last_row = max(totals.last_row or written, written)
