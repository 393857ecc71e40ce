"""Time the same clips through the Ray pipeline and through the stages in plain loops.

The perfect speed-up is what plain loops reach together, one on each core: cores that share a memory
are slower together than alone. One loop by itself is timed as well.

Start-up (Ray, imports, model loads) is measured apart: loops are timed with their stages built, the
pipeline from the moment when every process of every lane has built its own.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.loops import through_loops
from jobs.bench.repeated import add_clip_arguments, chosen_clips
from jobs.bench.thresholds import WITHIN, add_check_argument, compare
from pipeline.config import Config
from pipeline.graph import dataset
from pipeline.identity import identify
from pipeline.lanes import LanePlan, cpus_at_hand, plan_lanes
from pipeline.ray_session import ray_session
from stages.rows import SINK_COLUMNS, Row, from_table, to_table

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Round:
    """Seconds of one round over the clips."""

    loop_start_s: float
    loop_s: float
    loops_start_s: float
    loops_s: float
    pipeline_start_s: float
    pipeline_s: float

    @property
    def speed_up_share(self) -> float:
        """The share of the perfect speed-up that the pipeline reaches."""
        return self.loops_s / self.pipeline_s

    def share_of_one_loop(self, cores: int) -> float:
        """The share of what one loop does alone, times the cores."""
        return self.loop_s / cores / self.pipeline_s


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench pipeline`."""
    add_clip_arguments(parser, clips=64)
    parser.add_argument(
        "--rounds", type=whole_number(1), default=1, help="rounds; the median is told"
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    add_check_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print a table and check that both ways gave the same rows."""
    console = Console()
    config = chosen_config(arguments)
    rows = chosen_clips(arguments)
    rounds = [_round(rows, config) for _ in range(arguments.rounds)]
    cores = cpus_at_hand()
    _print(console, rounds, len(rows), cores)
    if arguments.json:
        figures = {"clips": len(rows), "cores": cores, "rounds": [asdict(r) for r in rounds]}
        arguments.json.write_text(json.dumps(figures, indent=2))
    told = {
        "speed_up_share": median(each.speed_up_share for each in rounds),
        "start_s": median(each.pipeline_start_s for each in rounds),
    }
    return compare("pipeline", told, console) if arguments.check else WITHIN


def _round(rows: list[Row], config: Config) -> Round:
    columns = _compared(config)
    pipeline_start_s, pipeline_s, by_pipeline = through_pipeline(rows, config)
    together = through_loops(rows, config, columns, loops=cpus_at_hand())
    alone = through_loops(rows, config, columns, loops=1)
    expected = _results(by_pipeline, columns)
    if not all(_same(expected, _results(way.rows, columns)) for way in (together, alone)):
        raise RuntimeError("the pipeline and the plain loops gave different rows")
    return Round(
        loop_start_s=alone.start_s,
        loop_s=alone.work_s,
        loops_start_s=together.start_s,
        loops_s=together.work_s,
        pipeline_start_s=pipeline_start_s,
        pipeline_s=pipeline_s,
    )


def through_pipeline(rows: list[Row], config: Config) -> tuple[float, float, list[Row]]:
    """Seconds until every process is loaded, seconds of work from then on, and the rows."""
    began = time.time()
    with tempfile.TemporaryDirectory() as folder, _ray(config, folder) as plans:
        from jobs.bench.gated_source import GatedSource, OpensGate

        gate = OpensGate.gate = Path(folder) / "ready"
        source = GatedSource(rows, config.recipe.schema_after(None), gate)
        graph = dataset(source, plans, config, identify(config), folder, alone=False)
        done = _taken(graph.iter_internal_ref_bundles())
        ended, built = time.time(), gate.stat().st_mtime
        return built - began, ended - built, done


@contextmanager
def _ray(config: Config, folder: str) -> Iterator[list[LanePlan]]:
    with ray_session(Path(folder) / "run.log") as resources:
        from ray.data import DataContext

        from jobs.bench.gated_source import OpensGate

        DataContext.get_current().custom_execution_callback_classes.append(OpensGate)
        yield plan_lanes(config.lanes, resources.get("CPU", 0), resources.get("GPU", 0))


def _taken(bundles: Iterator[object]) -> list[Row]:
    import ray

    return [
        row
        for bundle in bundles
        for block in bundle.block_refs  # type: ignore[attr-defined]
        for row in from_table(ray.get(block))
    ]


def _compared(config: Config) -> pa.Schema:
    """What must be the same both ways: everything that is written but the times it took."""
    written = config.recipe.annotation_schema
    left_out = {"timings", *SINK_COLUMNS}
    return pa.schema([field for field in written if field.name not in left_out])


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same, floats but for rounding.

    Windows of a batch share sums in the language model, so that the last digits of a confidence
    depend on which windows come together.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    return bool(one == other)


def _results(rows: list[Row], columns: pa.Schema) -> list[Row]:
    """As they are written, in order of video and window."""
    ordered = sorted(rows, key=lambda row: (row["video_id"], row["window_index"]))
    return from_table(to_table(ordered, columns))


def _print(console: Console, rounds: list[Round], clips: int, cores: int) -> None:
    table = Table(title=f"{clips} clips on {cores} cores, median of {len(rounds)} rounds")
    for heading in ("", "start-up s", "work s", "clips/s"):
        table.add_column(heading, justify="left" if not heading else "right")
    labels = {"loop": "a plain loop", "loops": f"{cores} at once", "pipeline": "Ray pipeline"}
    for name, label in labels.items():
        start = median(getattr(r, f"{name}_start_s") for r in rounds)
        work = median(getattr(r, f"{name}_s") for r in rounds)
        table.add_row(label, f"{start:.1f}", f"{work:.1f}", f"{clips / work:.2f}")
    console.print(table)
    share = median(r.speed_up_share for r in rounds)
    of_one = median(r.share_of_one_loop(cores) for r in rounds)
    console.print(f"share of the perfect speed-up (loops at once / pipeline): {share:.2f}")
    console.print(f"share of one loop alone, times the cores: {of_one:.2f}")
