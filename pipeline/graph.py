"""The pipeline: the seven stages in order, alone in a plain loop or in lanes on Ray Data."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.lanes import READER_CPUS, LaneConfig, LanePlan
from pipeline.ranks import open_tensor_parallel
from stages.decode import DecodeStage
from stages.encode import EncodeStage
from stages.faces import FacesStage
from stages.generate import GenerateStage
from stages.pool import PoolStage
from stages.rows import (
    CARRIED_COLUMNS,
    SOURCE_COLUMNS,
    STAGES,
    TENSORS,
    from_table,
    schema,
    to_table,
)
from stages.segment import SegmentStage
from stages.stage import Row, SetupError, Stage
from stages.transcribe import TranscribeStage

if TYPE_CHECKING:
    import pyarrow as pa
    import ray.data

    from pipeline.config import Config
    from pipeline.source import RowSource

STAGE_CLASSES: dict[str, type[Stage]] = {
    stage.spec.name: stage
    for stage in (
        TranscribeStage,
        SegmentStage,
        DecodeStage,
        FacesStage,
        EncodeStage,
        PoolStage,
        GenerateStage,
    )
}
_MODEL_STAGES = ("encode", "pool", "generate")


def build_stage(name: str, config: "Config") -> Stage:
    """The stage `name`, loaded and ready to be called.

    Raises:
        SetupError: what it needs is not there.
    """
    build: Callable[..., Stage] = STAGE_CLASSES[name]
    section = getattr(config, name)
    if name == "generate" and config.generate.tp_size > 1:
        opened = open_tensor_parallel(config.generate, config.model)
        return build(section, config.model, opened)
    return build(section, config.model) if name in _MODEL_STAGES else build(section)


def chain(stages: Sequence[Stage], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows through the stages one after the other, lazily: the pipeline without Ray."""
    for stage in stages:
        rows = stage(rows)
    yield from rows


def columns_after(last_stage: str | None) -> tuple[str, ...]:
    """The columns of a row behind a stage; those of a source row behind None.

    Window columns stand in source rows too: an unfinished video with a recorded cut enters as its
    missing windows.
    """
    names = dict.fromkeys((*SOURCE_COLUMNS, *CARRIED_COLUMNS, *_cut_columns()))
    for name in STAGES[: 0 if last_stage is None else STAGES.index(last_stage) + 1]:
        spec = STAGE_CLASSES[name].spec
        names.update(dict.fromkeys(spec.writes))
        for dropped in spec.drops:
            names.pop(dropped, None)
    return tuple(names)


def _cut_columns() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*TranscribeStage.spec.writes, *SegmentStage.spec.writes)))


class Lane:
    """What one process of a lane runs: its stages, on Arrow tables of rows."""

    def __init__(self, lane: LaneConfig, config: "Config", output: str) -> None:
        """Load the stages. `output` is the folder of the run, where cuts are recorded."""
        self._stages = [build_stage(name, config) for name in lane.stages]
        self._columns = schema(columns_after(lane.stages[-1]))
        self._output = DatasetFolder(output)

    def __call__(self, table: "pa.Table") -> Iterator["pa.Table"]:
        """Yield a table of one row for each finished row, as soon as it is finished."""
        rows: Iterable[Row] = from_table(table)
        for stage in self._stages:
            rows = self._through(stage, rows)
        for row in rows:
            yield to_table([row], self._columns)

    def _through(self, stage: Stage, rows: Iterable[Row]) -> Iterator[Row]:
        if stage.spec.name not in ("transcribe", "segment"):
            yield from stage(rows)
            return
        for row in rows:
            if row.get("window_id") is not None:  # from a recorded cut
                yield row
                continue
            done = list(stage([row]))
            if stage.spec.name == "segment":
                record_cut(self._output, done, schema(_recorded_columns()))
            yield from done


def _recorded_columns() -> tuple[str, ...]:
    return tuple(name for name in columns_after("segment") if name not in TENSORS)


def _refuse_uncounted_ranks(plans: Sequence[LanePlan], config: "Config") -> None:
    """Raise SetupError if groups of ranks would be made by the number of idle CPUs.

    Each process of the lane that generates has a group of its own, which books its GPUs beside
    the lane (`pipeline.ranks`).
    """
    for plan in plans if config.generate.tp_size > 1 else ():
        if "generate" in plan.lane.stages and plan.lane.max_workers is None:
            raise SetupError(
                f"generate.tp_size is {config.generate.tp_size} and lane {plan.lane.name} has no "
                "max_workers. Each of its processes starts as many ranks as that: set its "
                "max_workers to how many groups there may be."
            )


def dataset(
    source: "RowSource", plans: Sequence[LanePlan], config: "Config", output: str, *, alone: bool
) -> "ray.data.Dataset":
    """The pipeline on Ray Data, from source rows to finished rows.

    With `alone`, a process holds one task at a time, so that a row that kills its process takes
    no other row along.
    """
    import ray.data

    _refuse_uncounted_ranks(plans, config)
    finished: ray.data.Dataset = ray.data.read_datasource(source, num_cpus=READER_CPUS)
    for plan in plans:
        finished = finished.map_batches(
            Lane,
            fn_constructor_kwargs={"lane": plan.lane, "config": config, "output": output},
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
