"""Source rows as a Ray Data source, handed over one by one."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
from ray.data import Datasource, ReadTask
from ray.data.block import BlockMetadata

from stages.rows import Row, to_table

ROWS_A_TASK = 128


class RowSource(Datasource):
    """Rows that the driver knows, as one-row blocks.

    One row a block, so that the death of a process costs the one row it held; in generators of
    `ROWS_A_TASK` rows, so that Ray holds back a long corpus instead of storing it all at once.
    """

    def __init__(self, rows: Sequence[Row], columns: pa.Schema) -> None:
        self._rows = rows
        self._columns = columns

    def estimate_inmemory_data_size(self) -> int | None:
        """Unknown; asked by Ray."""
        return None

    def get_read_tasks(
        self,
        parallelism: int,
        per_task_row_limit: int | None = None,
        data_context: Any = None,
    ) -> list[ReadTask]:
        """One task for each `ROWS_A_TASK` rows."""
        return [
            self._task(self._rows[first : first + ROWS_A_TASK])
            for first in range(0, len(self._rows), ROWS_A_TASK)
        ]

    def _task(self, rows: Sequence[Row]) -> ReadTask:
        columns = self._columns

        def read() -> Iterable[pa.Table]:
            for row in rows:
                yield to_table([row], columns)

        facts = BlockMetadata(
            num_rows=len(rows), size_bytes=None, input_files=None, exec_stats=None
        )
        return ReadTask(read, facts)
