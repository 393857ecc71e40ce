"""Say how far a run is, what failed, what is owed, how fast it goes, and who writes."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from rich.table import Table

from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import Holding
from pipeline.dataset.opened import open_dataset
from pipeline.dataset.state import State, state_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo status`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run, which may still go")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the state; the exit code of the command."""
    state = state_of(DatasetFolder(open_dataset(arguments.dataset).location))
    if arguments.json:
        print(json.dumps(asdict(state), indent=2, default=str))
        return FINISHED
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, told in _lines(state):
        table.add_row(name, told)
    open_console().print(table)
    return FINISHED


def _lines(state: State) -> Iterator[tuple[str, str]]:
    asked = "" if state.videos_asked is None else f" of {state.videos_asked} of the last run"
    yield "videos done", f"{state.videos_done}{asked}"
    if state.videos_started > state.videos_done:
        yield "videos begun", str(state.videos_started - state.videos_done)
    if state.videos_failed:
        yield "videos with failures", str(state.videos_failed)
    yield "windows annotated", str(state.windows)
    for kind, count in state.failures.items():
        yield f"failed: {kind}", str(count)
    if state.windows_owed:
        yield "windows owed", f"{state.windows_owed}, of videos that were begun"
    if state.last_row_at is not None:
        yield "last row", state.last_row_at.isoformat(sep=" ", timespec="seconds")
    if state.windows_an_hour is not None:
        yield "pace", f"{state.windows_an_hour:.0f} rows an hour in the ten minutes before it"
    if len(state.configurations) > 1:
        told = ", ".join(f"{rows} of {name}" for name, rows in state.configurations.items())
        yield "rows by configuration", told
    if state.is_made_again:
        yield "made again", "not finished: the command with --again goes on with it"
    yield "written by", _writer(state.holding)


def _writer(holding: Holding | None) -> str:
    if holding is None:
        return "nobody now"
    if holding.pid is None or holding.host is None:
        return "somebody: the lock does not say who"
    beat = "" if holding.beat_s is None else f", which said so {holding.beat_s:.0f} s ago"
    ended = ", which has ended: the next run takes over" if holding.is_dead else beat
    return f"process {holding.pid} on {holding.host}{ended}"
