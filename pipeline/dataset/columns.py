"""Which columns the part files of a dataset have, and what is said of a file that has others."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.folder import DatasetFolder
from stages.faults import SetupError
from stages.rows import TENSORS

_SHOWN = 5
_TOKENS_A_GROUP = 16


def columns_of(folder: DatasetFolder, names: Sequence[str]) -> pa.Schema:
    """The columns of the first of the files that can be read: that of the part without rows.

    Args:
        folder: of the dataset.
        names: of the parts of a kind, sorted.
    """
    for name in names:
        try:
            with folder.open(name) as stream:
                return pq.read_schema(stream)
        except (pa.ArrowException, OSError):
            continue
    return pa.schema([])


def joined(ours: pa.Schema, others: pa.Schema) -> pa.Schema:
    """The columns of both, fields of structs too; where they agree, as they are in `ours`.

    Raises:
        SetupError: a column is of different types.
    """
    if ours.equals(others):
        return ours
    try:
        both = pa.unify_schemas([ours, others], promote_options="permissive")
    except pa.ArrowException as fault:
        raise SetupError(
            f"rows of two configurations do not go into one folder: {reason(fault)}. Give another "
            "--out."
        ) from fault
    return ours if both.equals(ours) else both.with_metadata(others.metadata or ours.metadata)


def columns_to_write(folder: DatasetFolder, kind: str, ours: pa.Schema) -> pa.Schema:
    """The columns of the rows that a run adds to those that stand there: theirs.

    Raises:
        SetupError: they lack some that the run is to keep.
    """
    names = folder.part_names(kind)
    theirs = columns_of(folder, names) if names else ours
    lacking = [name for name in ours.names if name not in theirs.names]
    if lacking:
        raise SetupError(
            f"--out {folder.location}: its rows have no {lacking[0]}, which this run would keep "
            "(sink.keep). Leave that out, give another folder, or add --again, which makes the "
            "rows of these videos again."
        )
    return theirs


def conformed(rows: pa.Table, columns: pa.Schema) -> pa.Table:
    """The rows with exactly these columns; what they lack is null, down to fields of structs."""
    arrays = [_of_type(rows, field) for field in columns]
    return pa.Table.from_arrays(arrays, schema=columns)


def _of_type(rows: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    if field.name not in rows.column_names:
        return pa.chunked_array([pa.nulls(len(rows), field.type)])
    column = rows.column(field.name)
    return column if column.type == field.type else column.cast(field.type)


def group_rows(columns: pa.Schema) -> int | None:
    """How many rows a row group has at most: a window with pictures is large and is read alone,
    one with visual tokens with few others."""
    tensors = TENSORS.intersection(columns.names)
    if not tensors:
        return None
    return _TOKENS_A_GROUP if tensors == {"kept_visual_tokens"} else 1


def reason(fault: Exception) -> str:
    """Why a file cannot be read, in a line."""
    return (str(fault).splitlines() or [type(fault).__name__])[0]


def differing(expected: pa.Schema, found: pa.Schema) -> str:
    """How the columns of a file differ from those of its dataset; "" where they do not."""
    if found.equals(expected):  # so it mostly is, and folders have thousands of files
        return ""
    missing = [name for name in expected.names if name not in found.names]
    others = [name for name in found.names if name not in expected.names]
    changed = [
        name
        for name in expected.names
        if name in found.names and expected.field(name).type != found.field(name).type
    ]
    told = {"lacks": missing, "has beside": others, "has of another type": changed}
    return "; ".join(f"{how} {', '.join(names[:_SHOWN])}" for how, names in told.items() if names)
