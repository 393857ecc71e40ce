"""The pipeline as a graph of Ray Data: lanes of processes, from source rows to finished rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.again.entry import Entry
from pipeline.config import Config
from pipeline.lane import Lane
from pipeline.lanes import READER_CPUS, LanePlan
from stages.faults import SetupError
from stages.identity import Identity

if TYPE_CHECKING:
    import ray.data


def dataset(
    source: "ray.data.Datasource",
    plans: Sequence[LanePlan],
    config: Config,
    identity: Identity,
    output: str,
    *,
    hazards: Any = None,
    entry: Entry | None = None,
    alone: bool = False,
) -> "ray.data.Dataset":
    """The pipeline on Ray Data, from source rows to finished rows.

    Args:
        source: of rows of videos or of windows.
        plans: of the lanes.
        config: the whole tree.
        identity: of the weights.
        output: the folder of the run, where cuts are recorded.
        hazards: the handle of `pipeline.hazards.Hazards`; None: nobody watches.
        entry: where rows enter the recipe, if not at its beginning; `plans` begin there too.
        alone: a process holds one task at a time, so that a row that kills it takes no other along.

    Raises:
        SetupError: a lane could start ranks without number.
    """
    import ray.data

    _require_counted_ranks(plans, config)
    finished: ray.data.Dataset = ray.data.read_datasource(source, num_cpus=READER_CPUS)
    for plan in plans:
        at_once = 1 if alone else _rows_at_once(plan, config)
        finished = finished.map_batches(
            Lane,
            fn_constructor_kwargs={
                "lane": plan.lane,
                "config": config,
                "identity": identity,
                "output": output,
                "hazards": hazards,
                "entry": entry,
            },
            batch_size=plan.lane.batch_rows,
            batch_format="pyarrow",
            zero_copy_batch=True,
            compute=ray.data.ActorPoolStrategy(
                min_size=plan.low,
                max_size=plan.high,
                max_tasks_in_flight_per_actor=1 if alone else 1 + at_once,
                max_concurrent_calls_per_actor=at_once,
                enable_true_multi_threading=at_once > 1,
            ),
            num_cpus=plan.lane.cpus,
            num_gpus=plan.lane.gpus,
            # A row that kills its process is tried once more and then owed: Ray's default would
            # feed it to new processes for ever.
            max_task_retries=1,
        )
    return finished


def _rows_at_once(plan: LanePlan, config: Config) -> int:
    """How many calls of a lane's process may go on side by side: as many as each stage bears."""
    return min(config.recipe[name].rows_at_once(config.sections) for name in plan.lane.stages)


def _require_counted_ranks(plans: Sequence[LanePlan], config: Config) -> None:
    """See to it that the number of idle CPUs does not decide how many groups of ranks there are.

    Each process of a lane whose stage works in ranks has a group of its own, which books its GPUs
    beside the lane (`pipeline.ranks`).
    """
    for plan in plans:
        for name in plan.lane.stages:
            ranks = config.recipe[name].ranks(config.sections)
            if ranks > 1 and plan.lane.max_workers is None:
                raise SetupError(
                    f"{name} works in groups of {ranks} ranks ({name}.tp_size) and lane "
                    f"{plan.lane.name} has no max_workers. Each of its processes starts a group: "
                    "set its max_workers to how many groups there may be."
                )
