"""Annotate videos: decode, find faces, transcribe, encode, generate, and write Parquet."""

import argparse
import signal
import sys
from types import FrameType

from rich.console import Console
from rich.table import Table

from jobs.progress import TerminalWatcher
from pipeline.checks import run_checks
from pipeline.config import Config, load_config
from pipeline.manifest import resolve_inputs
from pipeline.output import OutputFolder
from pipeline.report import write_report
from pipeline.run import Outcome, annotate

FINISHED, FINISHED_WITH_FAILURES, STOPPED = 0, 3, 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo annotate`."""
    parser.add_argument(
        "videos",
        nargs="+",
        metavar="VIDEOS",
        help="files, folders, globs, a .txt list, a .csv or .parquet manifest; local or a URI",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--preset", default="tiny", metavar="NAME", help="tiny, llama2-7b or a FILE.yaml"
    )
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set a configuration key, for example segment.max_window_s=20",
    )
    parser.add_argument(
        "--retry-failed", action="store_true", help="take earlier failures of these videos again"
    )


def run(arguments: argparse.Namespace) -> int:
    """Annotate, write the report and tell what was made; the exit code of the command."""
    signal.signal(signal.SIGTERM, _stop)
    console = Console()
    config = load_config(arguments.preset, arguments.overrides)
    output = OutputFolder(arguments.out)
    sources = resolve_inputs(arguments.videos)
    run_checks(config)
    with TerminalWatcher(console) as watcher:
        try:
            outcome = annotate(
                sources,
                config,
                output,
                watcher,
                preset=arguments.preset,
                retry_failed=arguments.retry_failed,
            )
        except KeyboardInterrupt:
            watcher.stopped()
            return STOPPED
        watcher.phase("writing the report")
        report = write_report(output)
    _tell(console, outcome, report, config)
    return FINISHED_WITH_FAILURES if outcome.videos_failed else FINISHED
