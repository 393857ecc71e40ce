"""A source of rows that notes when Ray begins to read it."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from ray.data import ReadTask

from pipeline.source import RowSource
from stages.rows import Row


class StampedSource(RowSource):
    """Touches `stamp` when its first row is read, on the machine that reads.

    Ray reads no row before the processes of all lanes are there if it is told to wait for them
    (`DataContext.wait_for_min_actors_s`), so the stamp parts start-up from work.
    """

    def __init__(self, rows: Sequence[Row], columns: pa.Schema, stamp: Path) -> None:
        super().__init__(rows, columns)
        self._stamp = stamp

    def get_read_tasks(self, *arguments: object, **named: object) -> list[ReadTask]:
        """The tasks of the source; the first touches the stamp."""
        first, *others = super().get_read_tasks(*arguments, **named)  # type: ignore[arg-type]
        return [self._stamping(first), *others]

    def _stamping(self, task: ReadTask) -> ReadTask:
        stamp = self._stamp

        def read():  # type: ignore[no-untyped-def]
            stamp.touch()
            yield from task()

        return ReadTask(read, task.metadata)
