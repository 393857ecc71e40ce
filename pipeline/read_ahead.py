"""How far the source rows may be ahead of the lanes, so that a long corpus takes no more memory."""

from ray.data._internal.execution.backpressure_policy import (
    ENABLED_BACKPRESSURE_POLICIES,
    ENABLED_BACKPRESSURE_POLICIES_CONFIG_KEY,
    BackpressurePolicy,
)
from ray.data._internal.execution.interfaces import PhysicalOperator
from ray.data._internal.execution.operators.input_data_buffer import InputDataBuffer
from ray.data.context import DataContext

from pipeline.source import ROWS_A_TASK

MOST_AHEAD = 32 * ROWS_A_TASK
"""Source rows that may wait: enough for the processes of a cluster, and some 70 MB."""


class ReadAhead(BackpressurePolicy):
    """Holds back the tasks that hand over source rows while enough rows wait for the first lane.

    Ray's own policies go by bytes. A source row has a hundred of them in the store, and a
    hundred times as many in the memory of the driver, which remembers where each block is.
    """

    def can_add_input(self, op: PhysicalOperator) -> bool:
        """Whether another task may start."""
        if not any(isinstance(before, InputDataBuffer) for before in op.input_dependencies):
            return True
        taken = sum(lane.metrics.num_task_inputs_processed for lane in op.output_dependencies)
        waiting = op.metrics.num_task_outputs_generated - taken
        coming = op.num_active_tasks() * ROWS_A_TASK
        return bool(waiting + coming < MOST_AHEAD)


def hold_back_reading(context: DataContext) -> None:
    """Have Ray Data ask `ReadAhead` as well."""
    policies = [*ENABLED_BACKPRESSURE_POLICIES, ReadAhead]
    context.set_config(ENABLED_BACKPRESSURE_POLICIES_CONFIG_KEY, policies)
