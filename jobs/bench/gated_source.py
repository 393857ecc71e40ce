"""A source of rows that Ray reads only once every process of every lane has loaded its part."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
from ray.data import ReadTask
from ray.data._internal.execution.execution_callback import ExecutionCallback
from ray.data._internal.execution.operators.actor_pool_map_operator import ActorPoolMapOperator

from pipeline.source import RowSource
from stages.rows import Row

if TYPE_CHECKING:
    from ray.data._internal.execution.streaming_executor import StreamingExecutor

_LOOK_S = 0.01


class GatedSource(RowSource):
    """Its tasks wait until `gate` is there, on the machine that reads: it parts start-up from work.

    Ray's own setting for this (`DataContext.wait_for_min_actors_s`) starts lanes one by one,
    which no run does.
    """

    def __init__(self, rows: Sequence[Row], columns: pa.Schema, gate: Path) -> None:
        super().__init__(rows, columns)
        self._gate = gate

    def get_read_tasks(self, *arguments: object, **named: object) -> list[ReadTask]:
        """The tasks of the source."""
        tasks = super().get_read_tasks(*arguments, **named)  # type: ignore[arg-type]
        return [self._gated(task) for task in tasks]

    def _gated(self, task: ReadTask) -> ReadTask:
        gate = self._gate

        def read():  # type: ignore[no-untyped-def]
            while not gate.exists():
                time.sleep(_LOOK_S)
            yield from task()

        return ReadTask(read, task.metadata)


class OpensGate(ExecutionCallback):
    """Opens the gate of a source when every lane has the processes it begins with.

    Ray Data makes the callback itself, so that only the class can be told of a gate.
    """

    gate: ClassVar[Path | None] = None

    def on_execution_step(self, executor: "StreamingExecutor") -> None:
        """Called by Ray Data, many times a second."""
        lanes = [one for one in executor._topology or () if isinstance(one, ActorPoolMapOperator)]
        if self.gate is not None and lanes and all(map(_is_ready, lanes)):
            self.gate.touch()
            OpensGate.gate = None


def _is_ready(lane: ActorPoolMapOperator) -> bool:
    processes = lane.get_actor_info()
    return bool(processes.running and not processes.pending and not processes.restarting)
