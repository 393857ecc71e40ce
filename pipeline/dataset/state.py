"""How far a dataset is: what stands in it, what is owed, how fast it grows, and who writes it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.ledger import VideoProgress
from pipeline.dataset.lock import Holding, holding
from pipeline.dataset.reading import read_light
from pipeline.dataset.record import read_record
from stages.rows import Row

_LATELY = timedelta(minutes=10)
_COLUMNS = ["video_id", "uri", "window_index", "window_count", "created_at"]


@dataclass(frozen=True)
class State:
    """What of a dataset is done.

    Attributes:
        videos_asked: that the last run was given; None where an older run did not note it.
        videos_done: of which nothing is owed; failed ones are among them.
        videos_failed: with a failure, of the whole or of a window.
        videos_started: of which something stands there.
        windows: that are annotated.
        windows_owed: of videos that were started and whose number of windows is known.
        failures: rows, by kind.
        windows_an_hour: finished lately, up to the last one; None where too few are.
        last_row_at: when the last row was finished.
        holding: who holds the lock; None: nobody.
    """

    videos_asked: int | None
    videos_done: int
    videos_failed: int
    videos_started: int
    windows: int
    windows_owed: int
    failures: dict[str, int]
    windows_an_hour: float | None
    last_row_at: datetime | None
    holding: Holding | None


def state_of(folder: DatasetFolder) -> State:
    """The state of the dataset in `folder`, also while a run writes there.

    Raises:
        SetupError: its record, or a file of it, cannot be read.
    """
    videos: dict[str, VideoProgress] = {}
    failures: Counter[str] = Counter()
    finished: list[datetime] = []
    for kind, columns in ((ANNOTATIONS, _COLUMNS), (FAILURES, [*_COLUMNS, "error"])):
        for row in read_light(folder, kind, columns):
            videos.setdefault(row["video_id"], VideoProgress()).note(row, failed=kind == FAILURES)
            finished += [row["created_at"]] if row["created_at"] else []
            if kind == FAILURES:
                failures[(row["error"] or {}).get("kind") or "unknown"] += 1
    return State(
        videos_asked=_videos_asked(read_record(folder)),
        videos_done=sum(video.done for video in videos.values()),
        videos_failed=sum(video.has_failed for video in videos.values()),
        videos_started=len(videos),
        windows=sum(len(video.annotated) for video in videos.values()),
        windows_owed=sum(video.owed for video in videos.values()),
        failures=dict(sorted(failures.items())),
        windows_an_hour=_an_hour(finished),
        last_row_at=max(finished, default=None),
        holding=holding(folder),
    )


def _videos_asked(record: dict[str, Any]) -> int | None:
    runs: list[Row] = record.get("runs") or []
    return runs[-1].get("videos") if runs else None


def _an_hour(finished: list[datetime]) -> float | None:
    """Rows an hour, by the times of those of the last minutes."""
    if not finished:
        return None
    last = max(finished)
    lately = [at for at in finished if last - at <= _LATELY]
    seconds = (last - min(lately)).total_seconds()
    return 3600 * (len(lately) - 1) / seconds if seconds else None
