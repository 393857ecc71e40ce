"""Check that everything a preset needs is there, and say how to get what is missing."""

import argparse
import json
from collections import Counter
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from jobs.arguments import add_config_arguments, chosen_config
from jobs.console import open_console
from jobs.exit_codes import COULD_NOT_RUN, FINISHED
from pipeline.checks import Check, State, run_checks

_SHOWN = {
    State.OK: "[green]ok[/]",
    State.WARN: "[yellow]note[/]",
    State.FAIL: "[bold red]fails[/]",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo doctor`."""
    add_config_arguments(parser)
    parser.add_argument("--out", metavar="DIR", help="also check that DIR can be written to")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def run(arguments: argparse.Namespace) -> int:
    """Print every check; the exit code is 1 if a run with this configuration is not possible."""
    checks = run_checks(chosen_config(arguments), arguments.out, thorough=True)
    ready = all(check.state is not State.FAIL for check in checks)
    if arguments.json:
        report = {"ready": ready, "checks": [asdict(check) for check in checks]}
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _show(checks, arguments.preset)
    return FINISHED if ready else COULD_NOT_RUN


def _show(checks: list[Check], preset: str) -> None:
    console = open_console()
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in ("state", "name"):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        table.add_row(
            _SHOWN[check.state], check.name, Text(f"{check.detail}\n{check.remedy}".strip())
        )
    console.print(table)
    states = Counter(check.state for check in checks)
    if states[State.FAIL]:
        console.print(
            f"\n{preset} cannot run here: {states[State.FAIL]} checks failed", markup=False
        )
    else:
        console.print(f"\n{preset} can run here", markup=False)
