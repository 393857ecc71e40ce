"""Count what generation would ask of a GPU, and fail where thresholds.yaml allows less."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from jobs.bench.model.slots import generation_figures
from jobs.bench.thresholds import Bound, compare, thresholds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench check`."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Count, print beside the bounds, and name what is worse."""
    console = Console()
    figures = generation_figures()
    _print(console, figures, thresholds("model"))
    if arguments.json:
        arguments.json.write_text(json.dumps({"model": figures}, indent=2), encoding="utf-8")
    return compare("model", figures, console)


def _print(console: Console, figures: Mapping[str, float], bounds: Mapping[str, Bound]) -> None:
    table = Table(title="generation, counted", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for index, heading in enumerate(("figure", "counted", "must be")):
        table.add_column(heading, justify="right" if index else "left")
    for name, bound in bounds.items():
        table.add_row(name, f"{figures[name]:.4g}", str(bound))
    console.print(table)
