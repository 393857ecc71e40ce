"""What the whole run comes to, however much of it the page shows."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.ledger import ROW_COLUMNS, VideoProgress, note_rows
from pipeline.dataset.nested import (
    elements,
    field_of,
    fields,
    firsts,
    have_elements,
    not_empty,
    true_in,
    values,
)
from pipeline.dataset.reading import read_columns

_ANNOTATION_COLUMNS = (
    *ROW_COLUMNS,
    "media.duration_s",
    "utterances.abstained",
    "utterances.abstained_reason",
    "utterances.text_source",
    "utterances.labels",
    "utterances.label_confidence",
    "utterances.speaker_track",
    "utterances.supported",  # of their clues
    "faces.track_id",
    "micro_events.kind",
    "face_events.kind",
    "clues.supported",
    "warnings",
    "model",
    "chat_usage",
    "created_at",
    "timings",
)
_FAILURE_COLUMNS = (
    *(*ROW_COLUMNS, "error.stage", "error.kind"),
    *("chat_usage", "created_at", "timings"),
)

_MOST_WARNED = 20
CONFIDENCE_BINS = 10  # of 0..1, alike
_VARYING = re.compile(r"\d+(?:[.,]\d+)*|'[^']*'")

_SPENT = ("requests", "cached", "prompt_tokens", "completion_tokens", "cost")
_OF_MODEL = ("name", "revision", "trained", "engine")
ModelKey = tuple[str, str, str, str]


@dataclass
class Totals:
    """Sums over every row of a run."""

    videos: dict[str, VideoProgress] = field(default_factory=dict)
    windows: int = 0
    windows_with_face: int = 0
    windows_with_warning: int = 0
    warnings: Counter[str] = field(default_factory=Counter)  # by kind: without their numbers
    warned: dict[str, list[str]] = field(default_factory=dict)  # some windows of each kind, by id
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
    spent: Counter[str] = field(default_factory=Counter)  # on answers of a chat model, by what
    currencies: Counter[str] = field(default_factory=Counter)  # of that, by rows
    stage_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    stage_rows: Counter[str] = field(default_factory=Counter)  # through it, or failed in it
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
    """The totals of what stands in `folder`; a window that stands there twice counts once.

    Raises:
        SetupError: as `read_columns`.
    """
    totals = Totals()
    for rows in read_columns(folder, ANNOTATIONS, _ANNOTATION_COLUMNS):
        is_new = note_rows(totals.videos, rows, failed=False)
        _enter_annotations(totals, rows.filter(pa.array(is_new, pa.bool_())))
    for rows in read_columns(folder, FAILURES, _FAILURE_COLUMNS):
        note_rows(totals.videos, rows, failed=True)
        _enter_failures(totals, rows)
    return totals


def _enter_annotations(totals: Totals, rows: pa.Table) -> None:
    durations = field_of(rows.column("media"), "duration_s").to_pylist()
    for video_id, duration_s in zip(rows.column("video_id").to_pylist(), durations, strict=True):
        totals.videos[video_id].duration_s = duration_s or 0.0
    totals.windows += len(rows)
    totals.windows_with_face += not_empty(rows.column("faces"))
    totals.windows_with_warning += not_empty(rows.column("warnings"))
    _enter_warnings(totals, rows)
    for name in ("micro_events", "face_events"):
        kinds = field_of(elements(rows.column(name)), "kind")
        totals.events += values(kinds, missing="micro")  # once there were no other kinds
    _enter_clues(totals, elements(rows.column("clues")))
    _enter_utterances(totals, elements(rows.column("utterances")))
    models = rows.column("model").drop_null()
    names = [field_of(models, name).to_pylist() for name in _OF_MODEL]
    for name, revision, trained, engine in zip(*names, strict=True):
        totals.models[name or "", revision or "", trained or "", engine or ""] += 1
    _enter_spent(totals, rows)
    _enter_time(totals, rows)


def _enter_warnings(totals: Totals, rows: pa.Table) -> None:
    warned = rows.filter(have_elements(rows.column("warnings")))
    names = ("video_id", "window_index", "warnings")
    for video_id, index, warnings in zip(
        *(warned[name].to_pylist() for name in names), strict=True
    ):
        for kind in {_kind_of(warning) for warning in warnings}:
            totals.warnings[kind] += 1
            some = totals.warned.setdefault(kind, [])
            if len(some) < _MOST_WARNED:
                some.append(f"{video_id}#{index}")


def _kind_of(warning: str) -> str:
    """A warning without what differs from row to row: its numbers, and what it quotes."""
    return _VARYING.sub("N", warning)


def _enter_clues(totals: Totals, clues: pa.ChunkedArray) -> None:
    supported = field_of(clues, "supported").drop_null()
    totals.times_named += len(supported)
    totals.times_supported += true_in(supported)


def _enter_utterances(totals: Totals, said: pa.ChunkedArray) -> None:
    totals.utterances += len(said)
    totals.utterances_abstained += true_in(field_of(said, "abstained"))
    totals.utterances_refused += values(field_of(said, "abstained_reason"))["refused"]
    totals.text_sources += values(field_of(said, "text_source"), missing="none")
    totals.labels += values(elements(field_of(said, "labels")))
    for confidence in firsts(field_of(said, "label_confidence")):  # the surest label's
        totals.confidences[min(int(confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)] += 1
    totals.utterances_with_speaking_face += len(field_of(said, "speaker_track").drop_null())
    _enter_clues(totals, elements(field_of(said, "clues")))


def _enter_failures(totals: Totals, rows: pa.Table) -> None:
    totals.failures += len(rows)
    kinds, stages = (field_of(rows.column("error"), name).to_pylist() for name in ("kind", "stage"))
    totals.failure_kinds.update(
        (kind or "unknown", stage or "") for kind, stage in zip(kinds, stages, strict=True)
    )
    _enter_spent(totals, rows)
    _enter_time(totals, rows)


def _enter_spent(totals: Totals, rows: pa.Table) -> None:
    usage = rows.column("chat_usage").drop_null()
    for name in _SPENT:
        totals.spent[name] += pc.sum(field_of(usage, name)).as_py() or 0
    totals.currencies += values(field_of(usage, "currency"))


def _enter_time(totals: Totals, rows: pa.Table) -> None:
    for stage in fields(rows.column("timings")):
        spent = field_of(rows.column("timings"), stage).drop_null()
        totals.stage_rows[stage] += len(spent)
        totals.stage_seconds[stage] += pc.sum(spent).as_py() or 0.0
    written = pc.min_max(rows.column("created_at")).as_py()
    if written["min"] is not None:
        totals.first_row = min(totals.first_row or written["min"], written["min"])
        totals.last_row = max(totals.last_row or written["max"], written["max"])
