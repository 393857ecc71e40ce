"""What tests need of rows: their schema by name, and the columns that every source row has."""

from collections.abc import Iterable

import pyarrow as pa

from pipeline.recipe import FULL
from stages.rows import CARRIED_COLUMNS, SOURCE_COLUMNS, Row, schema


def schema_of(names: Iterable[str]) -> pa.Schema:
    """The Arrow schema of the columns called `names`, as a full run has them."""
    return schema(names, FULL, {})


def source(**columns: object) -> Row:
    """A row as a run starts with it: all its columns are there, most of them null."""
    return {**dict.fromkeys((*SOURCE_COLUMNS, *CARRIED_COLUMNS)), "video_id": "v", **columns}
