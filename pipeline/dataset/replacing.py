"""Which rows of a dataset give way to those made again, and which of these do not count."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.reading import read_columns

_KEY = ("video_id", "window_id", "config_hash")


@dataclass
class Rows:
    """Some rows: all those of some videos, and those of some windows.

    Attributes:
        videos, windows: ids, each with the `config_hash` of what stands in their place.
    """

    videos: dict[str, str] = field(default_factory=dict)
    windows: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.videos or self.windows)

    def among(self, rows: pa.Table) -> pa.Array:
        """Which rows they are, by `video_id` and `window_id`: booleans."""
        of_video = pc.is_in(rows["video_id"], pa.array(self.videos, pa.string()))
        return pc.or_(of_video, pc.is_in(rows["window_id"], pa.array(self.windows, pa.string())))

    def standing_instead(self, rows: pa.Table) -> list[str | None]:
        """The `config_hash` of what stands in place of each of the rows."""
        ids = zip(rows["video_id"].to_pylist(), rows["window_id"].to_pylist(), strict=True)
        return [self.videos.get(video) or self.windows.get(window) for video, window in ids]


@dataclass
class Decision:
    """What becomes of older rows and of those that were made again.

    Attributes:
        leaving: older rows that give way.
        refused: rows made again that do not count, for older ones are better.
        made: windows that were made again, and count.
    """

    leaving: Rows = field(default_factory=Rows)
    refused: Rows = field(default_factory=Rows)
    made: int = 0


@dataclass
class _Found:
    """The rows of a dataset: windows by video, with the `config_hash` of each."""

    annotated: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    failed: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


def decide(
    older: DatasetFolder, again: DatasetFolder, config_hash: str, whole: Collection[str]
) -> Decision:
    """What gives way to what stands in `again`.

    A window that was made again gives way; one whose second try failed stays, unless it had failed
    before as well. Of a video that was cut anew all windows do, or none: where one failed and there
    were annotated ones before.

    Args:
        older: the dataset.
        again: rows that were made again.
        config_hash: of these.
        whole: the videos that were cut anew.

    Raises:
        SetupError: a file cannot be read.
    """
    was, made = _read(older), _read(again)
    decision = Decision()
    for video_id in {*made.annotated, *made.failed}:
        if video_id in whole:
            _decide_video(decision, video_id, was, made, config_hash)
        else:
            _decide_windows(decision, video_id, was, made, config_hash)
    return decision


def _read(folder: DatasetFolder) -> _Found:
    found = _Found()
    for kind, videos in ((ANNOTATIONS, found.annotated), (FAILURES, found.failed)):
        for rows in read_columns(folder, kind, _KEY):
            for video_id, window_id, made_with in zip(
                *(rows[name].to_pylist() for name in _KEY), strict=True
            ):
                videos[video_id][window_id] = made_with or ""
    return found


def _decide_video(
    decision: Decision, video_id: str, was: _Found, made: _Found, config_hash: str
) -> None:
    before = was.annotated.get(video_id)
    if before and video_id in made.failed:
        decision.refused.videos[video_id] = next(iter(before.values()))
    else:
        decision.leaving.videos[video_id] = config_hash
        decision.made += len(made.annotated.get(video_id, ()))


def _decide_windows(
    decision: Decision, video_id: str, was: _Found, made: _Found, config_hash: str
) -> None:
    before = was.annotated.get(video_id, {})
    annotated = made.annotated.get(video_id, {})
    decision.made += len(annotated)
    for window_id in (*annotated, *made.failed.get(video_id, ())):
        if window_id in before and window_id not in annotated:
            decision.refused.windows[window_id] = before[window_id]
        else:
            decision.leaving.windows[window_id] = config_hash
