"""The rows of the catalogue, made of the windows of a dataset."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, get_args

import duckdb
import pyarrow as pa

from pipeline.catalogue.columns import COLUMNS
from pipeline.catalogue.engine import open_engine, quoted
from pipeline.dataset.columns import columns_of
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.dataset.reading import read_columns
from stages.rows import FIELDS

Level = Literal["utterance", "window"]
LEVELS: Sequence[Level] = get_args(Level)

_GATHERED_ROWS = 4096  # parts are small, and a query costs more than the rows of one
_READ: Sequence[str] = (
    "video_id",
    "uri",
    "window_id",
    "window_index",
    "start_s",
    "end_s",
    "media",
    "language",
    "utterances",
    "description",
    "labels",
    "label_confidence",
    "label_agreement",
    "agreement_fast_slow",
    "clues",
    "evidence_coverage",
    "abstained",
    "abstained_reason",
    "faces.track_id",
    "micro_events.onset_s",
    "micro_events.offset_s",
    "face_events.onset_s",
    "face_events.offset_s",
    "warnings",
    "extra",
    "model",
    "detector",
    "config_hash",
    "created_at",
)
"""Of `annotations`; beside the columns that stages of one's own add."""


def catalogue(folder: DatasetFolder, level: Level) -> pa.Table:
    """All rows in one table, see `read_catalogue`."""
    return pa.concat_tables(read_catalogue(folder, level))


def read_catalogue(folder: DatasetFolder, level: Level) -> Iterator[pa.Table]:
    """A row for each utterance or window, some thousands at a time.

    It has the columns of `pipeline.catalogue.columns`, and then those that stages of one's own
    add; what the run did not make is null. A window without utterances is among the windows alone.
    Rows come in the order in which they were finished, the utterances of a window in their own.
    There is always a table, if one without rows.

    Raises:
        stages.faults.SetupError: a file cannot be read, or is no part of this dataset.
    """
    there = columns_of(folder, folder.part_names(ANNOTATIONS))
    own = [field for field in there if field.name not in FIELDS]
    flat = _flat(level, [field.name for field in own])
    columns = [*_READ, *(field.name for field in own)]
    kinds = pa.schema([*((name, FIELDS[name]) for name in map(_column, _READ)), *own])
    kinds = pa.schema(list(dict.fromkeys(kinds)))
    engine = open_engine()
    yield _asked(engine, kinds.empty_table(), level, flat)
    for windows in _gathered(read_columns(folder, ANNOTATIONS, columns)):
        yield _asked(engine, windows.select(kinds.names).cast(kinds), level, flat)


def _column(path: str) -> str:
    return path.partition(".")[0]


def _flat(level: Level, own: Sequence[str]) -> str:
    """What is chosen of `w`, a window, and of `u`, an utterance of it."""
    chosen = [
        f"CAST({_sql(column.of_window, column.of_utterance, level)} AS {column.kind})"
        f" AS {column.name}"
        for column in COLUMNS
    ]
    return ", ".join([*chosen, *(f"w.{quoted(name)} AS {quoted(name)}" for name in own)])


def _sql(of_window: str, of_utterance: str | None, level: Level) -> str:
    return of_window if level == "window" or of_utterance is None else of_utterance


def _gathered(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in fewer tables."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(map(len, waiting)) >= _GATHERED_ROWS:
            yield pa.concat_tables(waiting, promote_options="permissive")
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting, promote_options="permissive")


def _asked(
    engine: duckdb.DuckDBPyConnection, windows: pa.Table, level: Level, flat: str
) -> pa.Table:
    rows = engine.from_arrow(windows).set_alias("w")
    # Unnested beside the window rather than joined to it: so the rows keep their order.
    spoken = ", unnest(w.utterances) AS u" if level == "utterance" else ""
    return rows.project(f"w{spoken}").project(flat).to_arrow_table()
