"""Rows that enter the recipe behind its beginning, as they were there when they were first made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.cuts import read_cuts
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.places import Key, Place, opened_part, places
from pipeline.recipe import Recipe
from stages.faults import SetupError
from stages.rows import KEPT_TOKENS, SPOKEN, Row, from_table

_FOUND_LATER = {"evidence": ("speaker_track", "speaker_score", "listener_tracks")}
"""What of an utterance a stage adds to what transcribe has said of it."""


@dataclass(frozen=True)
class Entry:
    """Where rows enter.

    Attributes:
        stage: the first that they go through.
        dataset: where they stand as they were made before.
        takes_tokens: whether they bring the visual tokens that were kept.
    """

    stage: str
    dataset: str
    takes_tokens: bool


class OlderRows:
    """Windows as they were behind the stage before an entry.

    What later stages had made of them is left out. Files are looked through when the first row is
    asked for.

    Args:
        entry: where they enter.
        recipe: of the run.
    """

    def __init__(self, entry: Entry, recipe: Recipe) -> None:
        at = recipe.names.index(entry.stage)
        self._entry = entry
        self._before = recipe.names[:at]
        self._columns = recipe.columns_after(recipe.names[at - 1])
        self._folder = DatasetFolder(entry.dataset)
        self._places: Mapping[Key, Place] | None = None
        self._group: tuple[tuple[str, int], pa.Table] | None = None  # the one read last
        self._cut: tuple[str, Mapping[int, Row]] = ("", {})  # of the video before

    def __call__(self, row: Row) -> Row:
        """The window, of which only the identity is given.

        Raises:
            SetupError: it is not there, or cannot be read.
        """
        older = None if self._entry.takes_tokens else self._in_cut(row)
        if older is None:
            older = self._annotated(row)
        timings = older.get("timings") or {}
        there = {name: older[name] for name in self._columns if name in older}
        return {
            **dict.fromkeys(self._columns),
            **there,
            **{name: value for name, value in row.items() if value is not None},
            "utterances": [self._spoken(said) for said in older["utterances"] or []],
            "timings": {name: timings[name] for name in self._before if name in timings},
            "error": None,
        }

    def _spoken(self, said: Mapping[str, Any]) -> dict[str, Any]:
        later = {
            name
            for stage, names in _FOUND_LATER.items()
            if stage not in self._before
            for name in names
        }
        return {name: said.get(name) for name in SPOKEN.names if name not in later}

    def _in_cut(self, row: Row) -> Row | None:
        video_id = row["video_id"]
        if self._cut[0] != video_id:
            cut = read_cuts(self._folder, [video_id]).get(video_id)
            rows = [] if cut is None else cut.to_pylist()
            self._cut = video_id, {one["window_index"]: one for one in rows}
        return self._cut[1].get(row["window_index"])

    def _annotated(self, row: Row) -> Row:
        if self._places is None:
            self._places = dict(places(self._folder))
        place = self._places.get((row["video_id"], row["window_index"]))
        if place is None:
            raise SetupError(
                f"{self._folder.location}: {row['window_id']} is no longer there. Was a file moved "
                "out while rows were made again? The same command begins anew without the folder "
                "'again' in it."
            )
        (older,) = from_table(self._read(place).slice(place.row, 1))
        if self._entry.takes_tokens:
            return older | {name: older[kept] for kept, name in KEPT_TOKENS.items()}
        return older | {"warnings": []}

    def _read(self, place: Place) -> pa.Table:
        key = place.part, place.group
        if self._group is None or self._group[0] != key:
            with opened_part(self._folder, place.part) as file:
                table = file.read_row_group(
                    place.group, columns=self._wanted(file), use_threads=False
                )
            self._group = key, table
        return self._group[1]

    def _wanted(self, file: pq.ParquetFile) -> list[str]:
        wanted = {*self._columns, "utterances", "timings"}
        if self._entry.takes_tokens:
            wanted |= {*KEPT_TOKENS}
        return [name for name in file.schema_arrow.names if name in wanted]
