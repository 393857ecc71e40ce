"""Time what surrounds a run over very many videos: its start where one was stopped, and its end.

The folder of the stopped run is made of a few real windows, taken again and again, in Parquet files
as a run writes them, without pictures and curves. Each way through it has a process of its own.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.large_run import Corpus, write_large_run
from jobs.bench.model.clock import peak_resident_memory
from pipeline.config import Config
from pipeline.dataset.cuts import read_cuts
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.ledger import Ledger
from pipeline.dataset.quality import write_quality
from pipeline.dataset.state import state_of
from pipeline.dataset.totals import count
from pipeline.identity import identify
from pipeline.manifest import resolve_inputs
from pipeline.manifest.states import with_states
from pipeline.plain_loop import build_stage, chain
from pipeline.report import write_report
from stages.faults import SetupError
from stages.rows import Row

_PICTURES = {"face_strip": None, "face_curves": None}
_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Step:
    """What one step took.

    Attributes:
        name: of the step.
        seconds: on the clock.
        cpu_s: of all threads together.
        peak_mib: the most memory that its process, a fresh one for each way, held meanwhile.
    """

    name: str
    seconds: float
    cpu_s: float
    peak_mib: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench resume`."""
    parser.add_argument("videos", nargs="*", default=["samples"], metavar="VIDEOS")
    parser.add_argument(
        "--windows", type=whole_number(1), default=1_000_000, help="windows of the stopped run"
    )
    parser.add_argument(
        "--of", type=whole_number(2), default=100_000, metavar="N", help="videos that have them"
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Make the folder, measure each step and print a table."""
    if arguments.windows < arguments.of:
        raise SetupError(f"--windows {arguments.windows}: fewer than the {arguments.of} of --of")
    config = chosen_config(arguments)
    windows = _real_windows(arguments.videos, config)
    with tempfile.TemporaryDirectory() as place:
        corpus = Corpus.of(Path(place) / "videos", arguments.windows, arguments.of)
        listed, location = corpus.write_list(), f"{place}/out"
        write_large_run(DatasetFolder(location), corpus, config, windows)
        steps = [
            *_in_a_process(_start, str(listed), location),
            *_in_a_process(_status, location),
            *_in_a_process(_end, location, corpus.ids),
        ]
    _print(Console(), steps, arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(step) for step in steps], indent=2))
    return 0


def _real_windows(videos: list[str], config: Config) -> list[Row]:
    """Annotated windows, without what is large and read by nothing that is timed here.

    Raises:
        SetupError: none of the videos gives one.
    """
    identity = identify(config)
    stages = [build_stage(name, config, identity) for name in config.recipe.names]
    done = chain(stages, resolve_inputs(videos).rows)
    windows = [{**row, **_PICTURES} for row in done if row.get("error") is None]
    if not windows:
        raise SetupError(f"{', '.join(videos)}: not one window of them can be annotated")
    for event in (event for row in windows for event in row.get("micro_events") or []):
        event["strip"] = None
    return windows


def _in_a_process(way: Callable[..., list[Step]], *given: object) -> list[Step]:
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(way, *given).result()


class _Clock:
    """Times steps of one process."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began, cpu_s = time.perf_counter(), time.process_time()
        with peak_resident_memory() as peak:
            yield
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu_s
        self.steps.append(Step(name, seconds, cpu_s, peak.bytes // _MEBIBYTE))


def _start(listed: str, location: str) -> list[Step]:
    """What a run does before it starts Ray; the hash of its configuration aside."""
    clock, folder = _Clock(), DatasetFolder(location)
    with clock.step("start: the inputs"):
        sources = resolve_inputs([listed]).rows
    with clock.step("start: the ledger"):
        ledger = Ledger.read(folder)
        ledger.check_video_ids(sources)
    with clock.step("start: the files"):
        ledger.check_files(with_states(sources))
    with clock.step("start: what is owed"):
        unfinished = [s["video_id"] for s in sources if not ledger.progress(s["video_id"]).done]
        list(ledger.owed(sources, read_cuts(folder, unfinished)))
    return clock.steps


def _status(location: str) -> list[Step]:
    clock = _Clock()
    with clock.step("status"):
        state_of(DatasetFolder(location))
    return clock.steps


def _end(location: str, ids: list[str]) -> list[Step]:
    """What a run does when all is written."""
    clock, folder = _Clock(), DatasetFolder(location)
    with clock.step("end: the totals"):
        totals = count(folder)
    with clock.step("end: quality.json"):
        write_quality(folder, totals, ids)
    with clock.step("end: the report"):
        write_report(folder, totals)
    return clock.steps


def _print(console: Console, steps: list[Step], arguments: argparse.Namespace) -> None:
    table = Table(title=f"{arguments.windows:,} windows of {arguments.of:,} videos")
    for heading in ("step", "seconds", "CPU s", "peak MiB"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for step in steps:
        table.add_row(step.name, f"{step.seconds:.1f}", f"{step.cpu_s:.1f}", str(step.peak_mib))
    console.print(table)
