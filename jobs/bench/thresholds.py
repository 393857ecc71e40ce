"""The bounds of figures, and what is said of a figure that passes one."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rich.console import Console
from ruamel.yaml import YAML

THRESHOLDS = Path(__file__).with_name("thresholds.yaml")
WITHIN = 0
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
def thresholds(bench: str) -> Mapping[str, Bound]:
    """The bounds of a benchmark, by the figure's name."""
    given = YAML(typ="safe").load(THRESHOLDS)
    return {name: Bound(**bound) for name, bound in given[bench].items()}


def add_check_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--check`."""
    parser.add_argument(
        "--check",
        action="store_true",
        help=f"end with exit code {WORSE} where a figure is beyond its bound in {THRESHOLDS.name}",
    )


def compare(bench: str, figures: Mapping[str, float], console: Console) -> int:
    """Name the figures that are beyond their bounds; the exit code."""
    worse = {
        name: bound for name, bound in thresholds(bench).items() if not bound.holds(figures[name])
    }
    for name, bound in worse.items():
        console.print(
            f"{bench}.{name} is {figures[name]:g} and must be {bound} ({THRESHOLDS.name})"
        )
    return WORSE if worse else WITHIN
