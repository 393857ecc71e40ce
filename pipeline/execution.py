"""What Ray Data works with while a pass goes on, which it hands to callbacks alone."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ray.data._internal.execution.execution_callback import ExecutionCallback
from ray.data._internal.execution.operators.actor_pool_map_operator import ActorPoolMapOperator
from ray.data.context import DataContext

if TYPE_CHECKING:
    from ray.data._internal.execution.streaming_executor import StreamingExecutor

_EVERY_S = 1.0


@dataclass(frozen=True)
class Queue:
    """Where the rows of a lane are.

    Attributes:
        waiting: rows that no process of it has.
        held: rows that its processes have, worked on or next.
        processes: that live.
    """

    waiting: int
    held: int
    processes: int


class Execution(ExecutionCallback):
    """Remembers the pass that began last in this process.

    Ray Data makes the callback itself, so that only the class can be asked. It is called by the
    thread of the executor, the only one in which what it works with may be looked at.
    """

    queues: ClassVar[list[Queue]] = []
    """Of the lanes in order, a second old at the most; empty before the pass has begun."""

    _executor: ClassVar["StreamingExecutor | None"] = None
    _looked_at: ClassVar[float] = 0.0

    def before_execution_starts(self, executor: "StreamingExecutor") -> None:
        """Called by Ray Data."""
        Execution._executor, Execution.queues, Execution._looked_at = executor, [], 0.0

    def on_execution_step(self, executor: "StreamingExecutor") -> None:
        """Called by Ray Data, many times a second."""
        now_s = time.monotonic()
        if now_s - self._looked_at >= _EVERY_S:
            lanes = [
                one for one in executor._topology or () if isinstance(one, ActorPoolMapOperator)
            ]
            Execution.queues = [_queue_of(lane) for lane in lanes]
            Execution._looked_at = now_s

    @classmethod
    def end(cls) -> None:
        """Shut the executor down; nothing where none began, or it has ended."""
        executor, cls._executor = cls._executor, None
        if executor is not None:
            executor.shutdown(force=True)


def watch_execution(context: DataContext) -> None:
    """Have Ray Data tell `Execution` of what it executes."""
    context.custom_execution_callback_classes = [Execution]


def _queue_of(lane: Any) -> Queue:
    # Each block holds a row, see pipeline.ray_session.
    given = sum(before.metrics.rows_task_outputs_generated for before in lane.input_dependencies)
    taken = lane.metrics.rows_inputs_of_submitted_tasks
    held = taken - lane.metrics.num_task_inputs_processed
    return Queue(max(0, given - taken), max(0, held), lane.get_actor_info().running)
