"""Time what surrounds a run over very many videos: its start where one was stopped, and its end.

The folder of the stopped run is made of a few real windows, taken again and again, in Parquet files
as a run writes them, without pictures and curves. Each way through it has a process of its own.
"""

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.large_run import Corpus, real_windows, write_large_run
from jobs.bench.steps import Clock, Step, in_a_process, show_steps
from pipeline.dataset.cuts import read_cuts
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.ledger import Ledger
from pipeline.dataset.quality import write_quality
from pipeline.dataset.state import state_of
from pipeline.dataset.totals import count
from pipeline.manifest import resolve_inputs
from pipeline.manifest.states import with_states
from pipeline.report import write_report
from stages.faults import SetupError


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
    windows = real_windows(arguments.videos, config)
    with tempfile.TemporaryDirectory() as place:
        corpus = Corpus.of(Path(place) / "videos", arguments.windows, arguments.of)
        listed, location = corpus.write_list(), f"{place}/out"
        write_large_run(DatasetFolder(location), corpus, config, windows)
        steps = [
            *in_a_process(_start, str(listed), location),
            *in_a_process(_status, location),
            *in_a_process(_end, location, corpus.ids),
        ]
    title = f"{arguments.windows:,} windows of {arguments.of:,} videos"
    show_steps(Console(), steps, title)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(step) for step in steps], indent=2))
    return 0


def _start(listed: str, location: str) -> list[Step]:
    """What a run does before it starts Ray; the hash of its configuration aside."""
    clock, folder = Clock(), DatasetFolder(location)
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
    clock = Clock()
    with clock.step("status"):
        state_of(DatasetFolder(location))
    return clock.steps


def _end(location: str, ids: list[str]) -> list[Step]:
    """What a run does when all is written."""
    clock, folder = Clock(), DatasetFolder(location)
    with clock.step("end: the totals"):
        totals = count(folder)
    with clock.step("end: quality.json"):
        write_quality(folder, totals, ids)
    with clock.step("end: the report"):
        write_report(folder, totals)
    return clock.steps
