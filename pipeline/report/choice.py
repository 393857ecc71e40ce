"""Which windows a report shows, and in which order, as somebody asks for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.catalogue import LEVELS, Where, read_catalogue
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.totals import Totals

Sort = Literal["even", "confidence", "id", "time"]
SORTS: Sequence[Sort] = get_args(Sort)

FAILED = "failed"

ONLY: Mapping[str, str] = {
    "abstained": "abstained",
    "refused": "abstained_reason = 'refused'",
    "no-face": "faces = 0",
    "warned": "len(warnings) > 0",
    "micro": "micro_events > 0",
    "unsupported": "evidence_coverage < 1",
}
"""What one can ask to see alone, and what is then true of a row of the catalogue."""

KINDS = (FAILED, *ONLY)

MOST_SHOWN = 300
"""Windows of a report that nobody asked for more of."""

_LEAST_SURE = -1.0  # what has no label stands before what is least sure
_OF_WINDOW = ("video_id", "window_index")
_SUMMED = (*_OF_WINDOW, "sure", "created_at")


@dataclass(frozen=True)
class WindowKey:
    """A window, by its video and its number from 0."""

    video_id: str
    index: int

    @property
    def window_id(self) -> str:
        """As it stands in the rows."""
        return f"{self.video_id}#{self.index}"


@dataclass(frozen=True)
class Choice:
    """What a report is to show.

    Attributes:
        only: some of `KINDS`: what is of any of them; empty: everything.
        where: an expression that must be true of a window or of one of its utterances.
        sort: `even` spreads what is shown evenly over the run, in order of ids; `confidence`
            begins with what has no label and what is least sure, `time` with the latest row.
        limit: windows and failures at the most.
    """

    only: tuple[str, ...] = ()
    where: str | None = None
    sort: Sort = "even"
    limit: int = MOST_SHOWN

    @property
    def shows_windows(self) -> bool:
        """Whether anything but failures is asked for."""
        return self.only != (FAILED,)

    @property
    def shows_failures(self) -> bool:
        """Whether failures are among what is asked for."""
        return not self.only or FAILED in self.only

    @property
    def expressions(self) -> tuple[str, ...]:
        """What must each be true of a window or of one of its utterances."""
        kinds = " OR ".join(f"({ONLY[kind]})" for kind in self.only if kind != FAILED)
        return tuple(part for part in (kinds, self.where) if part)


@dataclass(frozen=True)
class Chosen:
    """The windows that are shown, in order, and of how many they were chosen."""

    windows: Sequence[WindowKey]
    of: int


def choose(folder: DatasetFolder, totals: Totals, choice: Choice) -> Chosen:
    """The windows to show.

    Raises:
        SetupError: the expression cannot be asked of the rows.
    """
    if not choice.shows_windows:
        return Chosen([], 0)
    if not choice.expressions and choice.sort in ("even", "id"):
        found, of = _all(totals), sum(len(video.annotated) for video in totals.videos.values())
    else:
        matching = list(_matching(folder, choice))
        found, of = iter(matching), len(matching)
    if choice.sort == "even":
        return Chosen(_evenly(found, of, choice.limit), of)
    return Chosen(list(islice(found, choice.limit)), of)


def _all(totals: Totals) -> Iterator[WindowKey]:
    for video_id in totals.annotated:
        for index in sorted(totals.videos[video_id].annotated):
            yield WindowKey(video_id, index)


def _evenly(windows: Iterator[WindowKey], of: int, count: int) -> list[WindowKey]:
    places = {at * of // count for at in range(count)} if count < of else set(range(of))
    return [window for place, window in enumerate(windows) if place in places]


def _matching(folder: DatasetFolder, choice: Choice) -> Iterator[WindowKey]:
    """The windows for which every expression holds; in order."""
    matching: list[set[str]] = [set() for _ in choice.expressions]
    tables = []
    for level in LEVELS:
        wheres: list[Where] = []
        for rows in read_catalogue(folder, level):
            wheres = wheres or [Where(one, rows.schema) for one in choice.expressions]
            for where, found in zip(wheres, matching, strict=True):
                found.update(where.matching(rows)["window_id"].to_pylist())
            tables.append(rows.append_column("sure", _sureness(rows)).select(_SUMMED))
    for row in _ordered(pa.concat_tables(tables), choice.sort):
        key = WindowKey(*row)
        if all(key.window_id in found for found in matching):
            yield key


def _ordered(rows: pa.Table, sort: Sort) -> Iterator[tuple[str, int]]:
    """Video and number of each window."""
    windows = rows.group_by(list(_OF_WINDOW)).aggregate([("sure", "min"), ("created_at", "max")])
    order = {
        "confidence": [("sure_min", "ascending")],
        "time": [("created_at_max", "descending")],
    }.get(sort, [])
    windows = windows.sort_by([*order, *((name, "ascending") for name in _OF_WINDOW)])
    return zip(*(windows[name].to_pylist() for name in _OF_WINDOW), strict=True)


def _sureness(rows: pa.Table) -> pa.ChunkedArray:
    """How sure the first label is; null where nobody was asked."""
    return pc.if_else(pc.fill_null(rows["abstained"], False), _LEAST_SURE, rows["confidence"])
