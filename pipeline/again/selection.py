"""Which rows of a dataset are to be made again."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.again.starts import Older, Start, Starts
from pipeline.catalogue import LEVELS, Where, read_catalogue
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, CUTS, FAILURES, cut_name
from pipeline.dataset.reading import read_columns
from stages.rows import Row

_IDENTITY = ("video_id", "uri", "window_id", "window_index", "window_count", "start_s", "end_s")
_READ = (*_IDENTITY, "config_hash")
NAMED = pa.schema(
    [
        *((name, pa.string()) for name in ("video_id", "uri", "window_id")),
        *((name, pa.int32()) for name in ("window_index", "window_count")),
        *((name, pa.float64()) for name in ("start_s", "end_s")),
        *((name, pa.string()) for name in ("stage", "why")),
    ]
)
"""Of what is to be made again: windows, or videos as a whole, from which stage on, and why."""


@dataclass(frozen=True)
class Group:
    """Windows that are made again from one stage on, for one reason.

    Attributes:
        start: where, and why.
        windows: how many; those of videos that are cut anew as they were before.
        videos: of how many videos.
    """

    start: Start
    windows: int
    videos: int


def named_rows(
    folder: DatasetFolder, video_ids: Collection[str], starts: Starts, named: "Named"
) -> pa.Table:
    """What is to be made again, by `NAMED`.

    All windows of a video are made from one stage on, the first that any of them needs. A video
    that is to be cut anew is named whole.

    Args:
        folder: of the dataset.
        video_ids: the others are left alone.
        starts: from which stage on.
        named: which rows.

    Raises:
        SetupError: a file cannot be read.
    """
    found: dict[str, list[tuple[Row, Start]]] = {}
    for row, older in _rows(folder, video_ids, named):
        found.setdefault(row["video_id"], []).append((row, starts.of(older)))
    chosen = [row for windows in found.values() for row in _of_video(windows, starts)]
    return pa.Table.from_pylist(chosen, schema=NAMED)


def groups(named: pa.Table, counts: Mapping[str, int]) -> list[Group]:
    """What is made again, by stage and reason.

    Args:
        named: see `named_rows`.
        counts: windows of the videos that are named whole.
    """
    windows: Counter[Start] = Counter()
    videos: dict[Start, set[str]] = {}
    for row in named.to_pylist():
        start = Start(row["stage"], row["why"])
        windows[start] += 1 if row["window_index"] is not None else counts[row["video_id"]]
        videos.setdefault(start, set()).add(row["video_id"])
    return [Group(start, windows[start], len(videos[start])) for start in windows]


class Named:
    """Which rows are to be made again: those that an expression chooses, or what is stale.

    Args:
        folder: of the dataset.
        config_hash: of what they would be made with.
        where: the expression, over the columns of `pipeline.catalogue`; None: what was made with
            something else.

    Raises:
        SetupError: the expression is none, or a file cannot be read.
    """

    def __init__(self, folder: DatasetFolder, config_hash: str, where: str | None) -> None:
        self._config_hash = config_hash
        self._windows = None if where is None else set(_chosen(folder, where))

    def __contains__(self, row: Row) -> bool:
        if self._windows is not None:
            return row["window_id"] in self._windows
        return bool(row["config_hash"] != self._config_hash)


def _chosen(folder: DatasetFolder, where: str) -> Iterator[str]:
    """The windows of which, or of an utterance of which, an expression is true."""
    for level in LEVELS:
        asked: Where | None = None
        for rows in read_catalogue(folder, level):
            asked = asked or Where(where, rows.schema)
            yield from asked.matching(rows).column("window_id").to_pylist()


def _rows(
    folder: DatasetFolder, video_ids: Collection[str], named: Named
) -> Iterator[tuple[Row, Older]]:
    cuts = set(folder.part_names(CUTS))
    ids = pa.array(list(video_ids), pa.string())
    for kind in (ANNOTATIONS, FAILURES):
        for table in read_columns(folder, kind, [*_READ, "kept_visual_tokens.shape"]):
            rows = table.filter(pc.is_in(table["video_id"], ids))
            has_tokens = rows["kept_visual_tokens"].is_valid().to_pylist()
            for row, has in zip(rows.select(list(_READ)).to_pylist(), has_tokens, strict=True):
                if row in named:
                    has_window = kind == ANNOTATIONS or (
                        row["window_index"] is not None and cut_name(row["video_id"]) in cuts
                    )
                    yield row, Older(row["config_hash"], has, has_window)


def _of_video(windows: Sequence[tuple[Row, Start]], starts: Starts) -> list[Row]:
    first = min((start for _, start in windows), key=starts.place)
    told = {"stage": first.stage, "why": first.why}
    if starts.cuts_anew(first):
        row = windows[0][0]
        return [{"video_id": row["video_id"], "uri": row["uri"], **told}]
    return [{**{name: row[name] for name in _IDENTITY}, **told} for row, _ in windows]
