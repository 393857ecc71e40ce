"""How far a dataset is: what stands in it, what is owed, how fast it grows, and who writes it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import AGAIN, ANNOTATIONS, FAILURES
from pipeline.dataset.ledger import ROW_COLUMNS, VideoProgress, note_rows
from pipeline.dataset.lock import Holding, holding
from pipeline.dataset.nested import values
from pipeline.dataset.reading import read_columns
from pipeline.dataset.record import read_record
from stages.rows import FIELDS, Row

_LATELY = timedelta(minutes=10)
_COLUMNS = (*ROW_COLUMNS, "created_at", "config_hash")


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
        configurations: rows by the `config_hash` that they were made with.
        is_made_again: whether an `annotate --again` is not finished.
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
    configurations: dict[str, int]
    is_made_again: bool
    holding: Holding | None


def state_of(folder: DatasetFolder) -> State:
    """The state of the dataset in `folder`, also while a run writes there.

    Raises:
        SetupError: its record, or a file of it, cannot be read.
    """
    videos: dict[str, VideoProgress] = {}
    failures: Counter[str] = Counter()
    made_with: Counter[str] = Counter()
    finished = []
    for kind, columns in ((ANNOTATIONS, _COLUMNS), (FAILURES, (*_COLUMNS, "error.kind"))):
        for rows in read_columns(folder, kind, columns):
            note_rows(videos, rows, failed=kind == FAILURES)
            finished += rows.column("created_at").drop_null().chunks
            made_with += values(rows.column("config_hash"))
            if kind == FAILURES:
                failures.update(_kinds(rows.column("error")))
    written_at = pa.chunked_array(finished, FIELDS["created_at"])
    return State(
        videos_asked=_videos_asked(read_record(folder)),
        videos_done=sum(video.done for video in videos.values()),
        videos_failed=sum(video.has_failed for video in videos.values()),
        videos_started=len(videos),
        windows=sum(len(video.annotated) for video in videos.values()),
        windows_owed=sum(video.owed for video in videos.values()),
        failures=dict(sorted(failures.items())),
        windows_an_hour=_an_hour(written_at),
        last_row_at=pc.max(written_at).as_py(),
        configurations=dict(made_with.most_common()),
        is_made_again=folder.exists(AGAIN),
        holding=holding(folder),
    )


def _videos_asked(record: dict[str, Any]) -> int | None:
    runs: list[Row] = record.get("runs") or []
    return runs[-1].get("videos") if runs else None


def _kinds(errors: pa.ChunkedArray) -> list[str]:
    return [(error or {}).get("kind") or "unknown" for error in errors.to_pylist()]


def _an_hour(finished: pa.ChunkedArray) -> float | None:
    """Rows an hour, by the times of those of the last minutes."""
    last = pc.max(finished).as_py()
    if last is None:
        return None
    lately = finished.filter(pc.greater_equal(finished, pa.scalar(last - _LATELY, finished.type)))
    seconds: float = (last - pc.min(lately).as_py()).total_seconds()
    return 3600 * (len(lately) - 1) / seconds if seconds else None
