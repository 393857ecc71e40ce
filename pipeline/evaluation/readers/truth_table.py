"""truth.parquet, and other Parquet files with its columns."""

from collections.abc import Mapping
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.evaluation.answers import Answer, Answers, Facets, clean_labels
from pipeline.evaluation.events.films import TRUTH_EVENT_COLUMNS, true_films
from pipeline.evaluation.readers.truth_brief import brief
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS
from pipeline.evaluation.wheels.own import FAMILIES
from stages.faults import SetupError

_NEEDED = ("video_id", "labels")
_READ = (
    *_NEEDED,
    "utterance_index",
    "start_s",
    "end_s",
    "family",
    "description",
    "speaker",
    "text",
    "display",
    "text_role",
    "text_family",
    "needs_context",
    "voice_tells",
    "worn_family",
)
_OF_BRIEF = ("clues", "worn_labels")
_OF_FACETS = ("display", "text_role", "needs_context", "voice_tells")


def answers_of_truth(location: str) -> Answers:
    """The rows of a Parquet file that has at least `video_id` and `labels` of `TRUTH_COLUMNS`.

    Raises:
        SetupError: it cannot be read, lacks one of them, or a column is of another type.
    """
    try:
        with fsspec.open(location, "rb") as stream:
            file = pq.ParquetFile(stream)
            there = file.schema_arrow
            _require(location, there)
            has_events = _has_events(location, there)
            told = (*TRUTH_EVENT_COLUMNS, *_OF_BRIEF) if has_events else ()
            wanted = tuple(dict.fromkeys((*_READ, *told)))
            rows = file.read(columns=[name for name in wanted if name in there.names]).to_pylist()
    except (pa.ArrowException, OSError) as fault:
        raise SetupError(f"{location}: cannot be read as Parquet: {fault}") from fault
    is_synthetic = all(name in there.names for name in _OF_FACETS)
    return Answers(
        location,
        "truth of microemo synthesize" if is_synthetic else "Parquet with labels",
        tuple(_answer(location, row, is_synthetic) for row in rows),
        is_synthetic=is_synthetic,
        true_films=(true_films(rows) or None) if has_events else None,
    )


def _require(location: str, there: pa.Schema) -> None:
    for name in _READ:
        if name not in there.names:
            if name in _NEEDED:
                found = ", ".join(there.names[:30])
                raise SetupError(
                    f"{location}: has no column {name}; found {found}. Name truth.parquet of "
                    "`microemo synthesize`, or a table with video_id and labels."
                )
            continue
        expected, found = TRUTH_COLUMNS.field(name).type, there.field(name).type
        if not _is_like(expected, found):
            raise SetupError(f"{location}: column {name} is {found}, not {expected}")


def _has_events(location: str, there: pa.Schema) -> bool:
    """Whether it says what faces do, and in which frames.

    Raises:
        SetupError: it does, in another form than `TRUTH_COLUMNS`.
    """
    if not {*TRUTH_EVENT_COLUMNS, "start_s", "end_s"} <= set(there.names):
        return False
    expected, found = TRUTH_COLUMNS.field("events").type, there.field("events").type
    if not found.equals(expected):
        raise SetupError(f"{location}: column events is {found}, not {expected}")
    return True


def _is_like(expected: pa.DataType, found: pa.DataType) -> bool:
    """Whether it holds the same kind of values, in whatever width."""
    kinds = (
        pa.types.is_boolean,
        pa.types.is_integer,
        pa.types.is_floating,
        lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    )
    is_list = pa.types.is_list(found) or pa.types.is_large_list(found)
    if pa.types.is_list(expected) and is_list:
        return _is_like(expected.value_type, found.value_type)
    return any(is_of(expected) and is_of(found) for is_of in kinds)


def _answer(location: str, row: Mapping[str, Any], is_synthetic: bool) -> Answer:
    if not row["video_id"]:
        raise SetupError(f"{location}: a row has no video_id")
    if row.get("family") not in (*FAMILIES, None):
        known = ", ".join(FAMILIES)
        raise SetupError(f"{location}: {row['video_id']} has a family that is none of {known}")
    labels = clean_labels(label for label in row["labels"] or () if label)
    return Answer(
        row["video_id"],
        labels,
        utterance_index=row.get("utterance_index"),
        start_s=row.get("start_s"),
        end_s=row.get("end_s"),
        abstained=is_synthetic and not labels and row.get("family") is None,
        family=row.get("family"),
        description=row.get("description"),
        facets=_facets(row) if is_synthetic else None,
        said=row.get("text"),
        speaker=row.get("speaker"),
        brief=brief(row) if is_synthetic else None,
    )


def _facets(row: Mapping[str, Any]) -> Facets:
    return Facets(
        display=row["display"] or "none",
        text_role=row["text_role"] or "neutral",
        needs_context=bool(row["needs_context"]),
        voice_tells=bool(row["voice_tells"]),
        worn_family=row.get("worn_family"),
        text_family=row.get("text_family"),
    )
