"""Count what generation would ask of a GPU, and fail where thresholds.yaml allows less."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from jobs.bench.model.slots import generation_figures

THRESHOLDS = Path(__file__).with_name("thresholds.yaml")
WORSE = 1  # the exit code where a figure is beyond its bound


@dataclass(frozen=True)
class Bound:
    """What one figure must not pass."""

    most: float | None = None
    least: float | None = None

    def __str__(self) -> str:
        return f"at most {self.most:g}" if self.most is not None else f"at least {self.least:g}"

    def holds(self, value: float) -> bool:
        """Whether `value` is within it."""
        above = self.most is not None and value > self.most
        return not above and not (self.least is not None and value < self.least)


@cache
def thresholds() -> Mapping[str, Bound]:
    """The bounds by the figure's name."""
    given = YAML(typ="safe").load(THRESHOLDS)
    return {name: Bound(**bound) for name, bound in given["model"].items()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench check`."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Count, print beside the bounds, and name what is worse."""
    console = Console()
    figures = generation_figures()
    bounds = thresholds()
    _print(console, figures, bounds)
    if arguments.json:
        arguments.json.write_text(json.dumps({"model": figures}, indent=2), encoding="utf-8")
    worse = [name for name, bound in bounds.items() if not bound.holds(figures[name])]
    for name in worse:
        console.print(
            f"model.{name} is {figures[name]:g} and must be {bounds[name]} ({THRESHOLDS.name})"
        )
    return WORSE if worse else 0


def _print(console: Console, figures: Mapping[str, float], bounds: Mapping[str, Bound]) -> None:
    table = Table(title="generation, counted", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for index, heading in enumerate(("figure", "counted", "must be")):
        table.add_column(heading, justify="right" if index else "left")
    for name, bound in bounds.items():
        table.add_row(name, f"{figures[name]:.4g}", str(bound))
    console.print(table)
