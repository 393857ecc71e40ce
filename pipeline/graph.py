"""The pipeline: the stages of a recipe, alone in a plain loop or in lanes on Ray Data."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.config import Config
from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.identity import identify
from pipeline.lanes import READER_CPUS, LaneConfig, LanePlan
from pipeline.ranks import open_language_model
from stages.faults import SetupError
from stages.identity import Identity
from stages.rows import Row, from_table, to_table
from stages.stage import Stage

if TYPE_CHECKING:
    import pyarrow as pa
    import ray.data

ENDS_THE_RUN = "set_up"
"""The kind of an error that no row has: whoever finishes rows raises its message as SetupError."""


def build_stage(name: str, config: Config, identity: Identity | None = None) -> Stage:
    """The stage `name` of the recipe, loaded and ready to be called.

    Args:
        name: as it stands in the recipe.
        config: the whole tree.
        identity: of the weights; None: it is found out now.

    Raises:
        SetupError: what it needs is not there.
    """
    stage: Any = config.recipe[name]
    supplies: dict[str, Callable[[], Any]] = {
        "model": lambda: config.model,
        "identity": lambda: identify(config) if identity is None else identity,
        "open_language_model": lambda: open_language_model,
    }
    supplied = {need: supplies[need]() for need in stage.spec.needs}
    built: Stage = stage(config.sections[name], **supplied)
    return built


def chain(stages: Sequence[Stage], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows through the stages one after the other, lazily: the pipeline without Ray."""
    for stage in stages:
        rows = stage(rows)
    yield from rows


class Lane:
    """What one process of a lane runs: its stages, on Arrow tables of rows."""

    def __init__(self, lane: LaneConfig, config: Config, identity: Identity, output: str) -> None:
        """Load the stages. `output` is the folder of the run, where cuts are recorded."""
        self._stages = [build_stage(name, config, identity) for name in lane.stages]
        self._columns = config.recipe.schema_after(lane.stages[-1])
        self._cut_columns = config.recipe.cut_schema
        self._output = DatasetFolder(output)

    def __call__(self, table: "pa.Table") -> Iterator["pa.Table"]:
        """Yield a table of one row for each finished row, as soon as it is finished."""
        given = from_table(table)
        rows: Iterable[Row] = given
        for stage in self._stages:
            rows = stage(rows) if stage.spec.grain == "window" else self._of_videos(stage, rows)
        try:
            for row in rows:
                yield to_table([row], self._columns)
        except SetupError as fault:  # no row's fault, and Ray would count it as one
            yield to_table([_ends_the_run(given[0], fault)], self._columns)

    def _of_videos(self, stage: Stage, rows: Iterable[Row]) -> Iterator[Row]:
        """Videos through the stage; a window of a recorded cut has been through it before."""
        for row in rows:
            if row.get("window_id") is not None:
                yield row
                continue
            done = list(stage([row]))
            if stage.spec.makes_windows:
                record_cut(self._output, done, self._cut_columns)
            yield from done


def _ends_the_run(row: Row, fault: SetupError) -> Row:
    error = {"stage": "pipeline", "kind": ENDS_THE_RUN, "message": str(fault)}
    return {"video_id": row["video_id"], "error": error}


def dataset(
    source: "ray.data.Datasource",
    plans: Sequence[LanePlan],
    config: Config,
    identity: Identity,
    output: str,
    *,
    alone: bool,
) -> "ray.data.Dataset":
    """The pipeline on Ray Data, from source rows to finished rows.

    With `alone`, a process holds one task at a time, so that a row that kills its process takes
    no other row along.

    Raises:
        SetupError: a lane could start ranks without number.
    """
    import ray.data

    _require_counted_ranks(plans, config)
    finished: ray.data.Dataset = ray.data.read_datasource(source, num_cpus=READER_CPUS)
    for plan in plans:
        finished = finished.map_batches(
            Lane,
            fn_constructor_kwargs={
                "lane": plan.lane,
                "config": config,
                "identity": identity,
                "output": output,
            },
            batch_size=plan.lane.batch_rows,
            batch_format="pyarrow",
            zero_copy_batch=True,
            compute=ray.data.ActorPoolStrategy(
                min_size=plan.low,
                max_size=plan.high,
                max_tasks_in_flight_per_actor=1 if alone else 2,
            ),
            num_cpus=plan.lane.cpus,
            num_gpus=plan.lane.gpus,
            # A row that kills its process is tried once more and then owed: Ray's default would
            # feed it to new processes for ever.
            max_task_retries=1,
        )
    return finished


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
