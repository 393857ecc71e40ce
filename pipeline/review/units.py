"""The units of a dataset in memory: what a reviewer is asked of, one flat row each.

A unit is an utterance, or a window in which nobody speaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.catalogue import catalogue
from pipeline.catalogue.engine import open_engine
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.dataset.reading import read_places
from pipeline.review.choices import ReviewChoices
from pipeline.review.doubt import doubt_sql
from pipeline.review.drawing import lots, lowest
from pipeline.reviews.standing import Unit

GIVEN = ("label", "labels", "emotion", "emotions")
"""Columns of a manifest that hold a label, as `chat.given_columns` has them."""

FIGURES = (
    "label_confidence",
    "confidence",
    "label_agreement",
    "agreement",
    "agreement_fast_slow",
    "evidence_coverage",
    "doubt",
)
"""How sure the machine is, which nobody who audits is shown, nor can ask for."""

_LABEL_GIVEN = "label_given"
_MOST_LABELS = 5000


@dataclass(frozen=True)
class Units:
    """All units as they were when this was read.

    Attributes:
        parts: the part files that they were read from.
        table: the columns of the catalogue, and `number`, `doubt` (0..1) and `audit_lot`.
        places: by window id, the part that the window is in, and its row there.
        is_audit: which are drawn for the audit.
        is_double: which are drawn for two reviewers.
    """

    parts: Sequence[str]
    table: pa.Table
    places: Mapping[str, tuple[str, int]]
    is_audit: NDArray[np.bool_]
    is_double: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """By unit id, its row in the table."""
        return {one: number for number, one in enumerate(self.table["unit_id"].to_pylist())}

    @cached_property
    def numbers_by_unit(self) -> Mapping[Unit, int]:
        """By what a decision is of, its row in the table."""
        videos, utterances, windows = (
            self.table[name].to_pylist() for name in ("video_id", "utterance_index", "window_index")
        )
        return {
            (video_id, index, window if index is None else -1): number
            for number, (video_id, index, window) in enumerate(
                zip(videos, utterances, windows, strict=True)
            )
        }

    @cached_property
    def spans(self) -> NDArray[np.float64]:
        """Where each begins and ends, [n, 2] seconds."""
        return np.stack([self.table[name].to_numpy() for name in ("start_s", "end_s")], axis=1)

    @cached_property
    def labels(self) -> list[str]:
        """All labels of the machine, the most frequent first."""
        counted = pc.value_counts(pc.list_flatten(self.table["labels"])).to_pylist()
        counted.sort(key=lambda one: (-one["counts"], one["values"] or ""))
        return [one["values"] for one in counted[:_MOST_LABELS] if one["values"]]

    def row(self, number: int) -> dict[str, object]:
        """One row of the table."""
        found: dict[str, object] = self.table.slice(number, 1).to_pylist()[0]
        return found


def read_units(folder: DatasetFolder, choices: ReviewChoices) -> Units:
    """Read the units of a dataset.

    Raises:
        stages.faults.SetupError: a file cannot be read, or is no part of this dataset.
    """
    parts = folder.part_names(ANNOTATIONS)
    spoken, windows = catalogue(folder, "utterance"), catalogue(folder, "window")
    silent = windows.filter(pc.invert(pc.is_in(windows["window_id"], spoken["window_id"])))
    table = _with_doubt(pa.concat_tables([spoken, silent]), choices)
    audit_lots = lots("audit", table["unit_id"].to_pylist())
    is_audit = lowest(audit_lots, choices.audit)
    is_double = lots("double", table["unit_id"].to_pylist()) < choices.double
    table = _without_figures(table, is_audit)
    return Units(
        parts,
        table.append_column("audit_lot", pa.array(audit_lots)),
        _places(folder),
        is_audit,
        is_double & ~is_audit,
    )


def _with_doubt(rows: pa.Table, choices: ReviewChoices) -> pa.Table:
    """Each unit once, the last of its rows, numbered, and without given labels if so chosen."""
    rows = rows.append_column("number", pa.array(np.arange(len(rows)), pa.int64()))
    chosen = f"* EXCLUDE (number) {'' if choices.shows_given else _WITHOUT_GIVEN}"
    dropped = [] if choices.shows_given or _LABEL_GIVEN not in rows.column_names else [_LABEL_GIVEN]
    relation = open_engine().from_arrow(rows.drop_columns(dropped))
    latest = (
        relation.project(f"*, {_LATER} AS later").filter("later = 0").project("* EXCLUDE (later)")
    )
    found = latest.order("number").project(f"{chosen}, {doubt_sql()} AS doubt").to_arrow_table()
    return found.append_column("number", pa.array(np.arange(len(found)), pa.int64()))


def _without_figures(rows: pa.Table, is_audit: NDArray[np.bool_]) -> pa.Table:
    """The rows, those of the audit without what tells how sure the machine is."""
    if not is_audit.any():
        return rows
    shown = {
        name: pc.if_else(pa.array(is_audit), pa.scalar(None, rows[name].type), rows[name])
        for name in FIGURES
    }
    columns = [shown.get(name, rows[name]) for name in rows.column_names]
    return pa.Table.from_arrays(columns, schema=rows.schema)


_LATER = "row_number() OVER (PARTITION BY unit_id ORDER BY number DESC) - 1"
_WITHOUT_GIVEN = (
    "REPLACE (map_from_entries(list_filter(map_entries(extra), "
    f"lambda e: e.key NOT IN {GIVEN})) AS extra)"
)


def _places(folder: DatasetFolder) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    seen: dict[str, int] = {}
    for name, table in read_places(folder, ANNOTATIONS, ["window_id"]):
        first = seen.get(name, 0)
        seen[name] = first + len(table)
        for number, window_id in enumerate(table["window_id"].to_pylist(), first):
            found[window_id] = name, number
    return found
