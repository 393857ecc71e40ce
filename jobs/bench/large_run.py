"""A folder as a run over very many videos left it when it was stopped, made without that run.

Every row is that of a real window, with ids, numbers and a time of its own.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.config import Config
from pipeline.dataset.card import with_features
from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, part_name
from pipeline.dataset.record import Origin, open_record
from pipeline.dataset.sink import Sink
from pipeline.identity import identify, making_of
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage, chain
from stages.faults import SetupError
from stages.rows import FIELDS, SCHEMA_VERSION, Row, to_table

_IN_A_FOLDER = 1000  # videos
_EVERY = 100  # videos, of which one each was not begun, failed whole, and was stopped half way
_NOT_BEGUN, _FAILED, _HALF_DONE = 7, 57, 93
_FAILED_WINDOW = 211  # one of so many
_ERROR = {"stage": "decode", "kind": "no_frames", "message": "no frame of it can be decoded"}
_PICTURES = {"face_strip": None, "face_curves": None}
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Corpus:
    """Very many videos, every second of one window; the others share what is left.

    Attributes:
        place: the folder that they would be in.
        counts: int64 [videos], the windows of each.
    """

    place: Path
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, place: Path, windows: int, videos: int) -> "Corpus":
        """So many of both; no fewer windows than videos."""
        short, long = videos - videos // 2, videos // 2
        counts = np.ones(videos, np.int64)
        if long:
            share, more = divmod(windows - short, long)
            counts[1::2] = share
            counts[1 : 2 * more : 2] += 1
        return cls(place, counts)

    @property
    def ids(self) -> list[str]:
        """Of the videos, as a list gives them."""
        return [f"{at // _IN_A_FOLDER:04}/clip{at:07}.mp4" for at in range(len(self.counts))]

    def write_list(self) -> Path:
        """A list that names the videos; the first of them is there, so that it is taken."""
        ids = self.ids
        first = self.place / ids[0]
        first.parent.mkdir(parents=True, exist_ok=True)
        first.touch()
        file = self.place / "videos.txt"
        file.write_text("\n".join(ids), "utf-8")
        return file


def real_windows(videos: list[str], config: Config) -> list[Row]:
    """Annotated windows, without what is large and read by nothing that is timed here.

    Raises:
        SetupError: none of the videos gives one.
    """
    identity = identify(config)
    stages = [build_stage(name, config, identity) for name in config.recipe.names]
    done = chain(stages, resolve_inputs(videos).rows)
    windows = [{**row, **_PICTURES} for row in done if row.get("error") is None]
    if not windows:
        raise SetupError(f"{', '.join(videos)}: not one window of them can be annotated")
    for event in (event for row in windows for event in row.get("micro_events") or []):
        event["strip"] = None
    return windows


def write_large_run(
    folder: DatasetFolder, corpus: Corpus, config: Config, windows: list[Row]
) -> None:
    """Write what a run over the corpus would have written by then.

    Of each hundred videos one was not begun, one failed whole, and one is half done; a few windows
    failed.

    Args:
        folder: an empty one.
        corpus: its videos.
        config: what `windows` were made with.
        windows: finished rows, taken again and again.
    """
    making = making_of(config, identify(config))
    open_record(folder, making, Origin("tiny", [], []), len(corpus.counts))
    schemas = {
        ANNOTATIONS: with_features(config.recipe.annotation_schema),
        FAILURES: config.recipe.failure_schema,
    }
    Sink(folder, config.sink, making.config_hash, schemas)  # the parts without rows
    made = {"schema_version": SCHEMA_VERSION, "config_hash": making.config_hash}
    rows = [{**row, **made} for row in islice(cycle(windows), config.sink.part_rows)]
    failed = [{**row, "error": _ERROR} for row in rows]
    video, index = _finished_windows(corpus.counts)
    fails = np.arange(len(video)) % _FAILED_WINDOW == 0
    parts = _Parts(folder, corpus)
    parts.write(ANNOTATIONS, to_table(rows, schemas[ANNOTATIONS]), video[~fails], index[~fails])
    parts.write(FAILURES, to_table(failed, schemas[FAILURES]), video[fails], index[fails])
    whole = np.arange(_FAILED, len(corpus.counts), _EVERY)
    parts.write(FAILURES, to_table(failed, schemas[FAILURES]), whole, None)
    _record_cuts(folder, corpus, config.recipe.cut_schema)


def _finished_windows(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The video and the index of each window that is finished, one video after the other."""
    done, fate = counts.copy(), np.arange(len(counts)) % _EVERY
    done[(fate == _NOT_BEGUN) | (fate == _FAILED)] = 0
    done[fate == _HALF_DONE] //= 2
    first = np.cumsum(done) - done
    video = np.repeat(np.arange(len(counts)), done)
    return video, np.arange(len(video)) - first[video]


def _record_cuts(folder: DatasetFolder, corpus: Corpus, columns: pa.Schema) -> None:
    """Of the videos that are half done: no others are read."""
    ids = corpus.ids
    for at in range(_HALF_DONE, len(ids), _EVERY):
        count = int(corpus.counts[at])
        known = {"video_id": ids[at], "uri": f"{corpus.place}/{ids[at]}", "window_count": count}
        rows = [
            {**known, "window_id": f"{ids[at]}#{index}", "window_index": index}
            for index in range(count)
        ]
        record_cut(folder, rows, columns)


class _Parts:
    """Writes part files of a corpus."""

    def __init__(self, folder: DatasetFolder, corpus: Corpus) -> None:
        self._folder = folder
        self._ids = pa.array(corpus.ids)
        self._uris = pc.binary_join_element_wise(str(corpus.place), self._ids, "/")
        self._counts = pa.array(corpus.counts, pa.int32())

    def write(
        self, kind: str, like: pa.Table, video: NDArray[np.int64], index: NDArray[np.int64] | None
    ) -> None:
        """Write as many rows as there are in `video`, so many in a part as there are in `like`.

        Args:
            kind: of the rows.
            like: their other columns.
            video: the number of each row's.
            index: of each row's window; None: the videos failed whole.
        """
        for first in range(0, len(video), like.num_rows):
            chosen = slice(first, first + like.num_rows)
            of = pa.array(video[chosen])
            window = None if index is None else pa.array(index[chosen], pa.int32())
            named = self._named(of, window)
            named["created_at"] = pa.array(
                [_BEGAN + timedelta(seconds=first + at) for at in range(len(of))],
                like.schema.field("created_at").type,
            )
            self._folder.write_table(part_name(kind), _replaced(like[: len(of)], named))

    def _named(self, of: pa.Array, window: pa.Array | None) -> dict[str, pa.Array]:
        ids = self._ids.take(of)
        named = {"video_id": ids, "uri": self._uris.take(of)}
        if window is None:
            nothing = dict.fromkeys(("window_id", "window_index", "window_count"))
            return named | {name: pa.nulls(len(of), FIELDS[name]) for name in nothing}
        return named | {
            "window_id": pc.binary_join_element_wise(ids, window.cast(pa.string()), "#"),
            "window_index": window,
            "window_count": self._counts.take(of),
        }


def _replaced(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    arrays = [columns.get(name, table.column(name)) for name in table.column_names]
    return pa.Table.from_arrays(arrays, schema=table.schema)
