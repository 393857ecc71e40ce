"""Annotate videos: decode, find faces, transcribe, encode, generate, and write Parquet."""

import argparse
import signal
import sys

from rich.console import Console
from rich.table import Table

from jobs.config import add_config_arguments, chosen_config
from jobs.progress import TerminalWatcher
from pipeline.checks import refuse_if_unfit
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.record import Origin
from pipeline.manifest import resolve_inputs
from pipeline.report import write_report
from pipeline.run import Outcome, annotate
from stages.model import trained_on

FINISHED, FINISHED_WITH_FAILURES = 0, 3

_UNTRAINED = (
    "The model of this preset is not trained: its descriptions and labels are noise. "
    "Times, transcripts, faces and files are real."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo annotate`."""
    parser.add_argument(
        "videos",
        nargs="+",
        metavar="VIDEOS",
        help="files, folders, globs, a .txt list, a .csv or .parquet manifest; local or a URI",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")
    add_config_arguments(parser)
    parser.add_argument(
        "--retry-failed", action="store_true", help="take earlier failures of these videos again"
    )


def run(arguments: argparse.Namespace) -> int:
    """Annotate, write the report and tell what was made; the exit code of the command."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(highlight=False)
    config = chosen_config(arguments)
    output = DatasetFolder(arguments.out)
    sources = resolve_inputs(arguments.videos)
    for notice in sources.notices:
        console.print(f"note: {notice}", markup=False)
    refuse_if_unfit(config)
    if config.recipe.needs("model") and trained_on(config.model) == "no":
        console.print(_UNTRAINED, style="yellow")
    with TerminalWatcher(console) as watcher:
        outcome = annotate(
            sources.rows,
            config,
            output,
            watcher,
            Origin(arguments.preset, sys.argv, arguments.videos),
            retry_failed=arguments.retry_failed,
        )
        watcher.phase("writing the report")
        report = write_report(output)
    _tell(console, outcome, output, report)
    return FINISHED_WITH_FAILURES if outcome.videos_failed else FINISHED


def _tell(console: Console, outcome: Outcome, output: DatasetFolder, report: str) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("videos", str(outcome.videos))
    table.add_row("windows annotated in this run", str(outcome.annotations))
    for kind, count in sorted(outcome.failure_kinds.items()):
        table.add_row(f"failed: {kind}", str(count))
    if outcome.videos_failed and not outcome.failure_kinds:
        table.add_row("videos with earlier failures", str(outcome.videos_failed))
    table.add_row("time", f"{outcome.seconds:.0f} s")
    table.add_row("annotations", f"{output.location}/{ANNOTATIONS}/")
    if outcome.videos_failed:
        table.add_row("failures", f"{output.location}/{FAILURES}/")
    table.add_row("report", report)
    table.add_row("log", str(outcome.log_file))
    console.print(table)
