"""The two plots of the page, as places in a drawing; the template turns them into SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.calibration import ReliabilityBin
from pipeline.evaluation.selective import RiskCoverage

_MOST_POINTS = 300
_LEAST_RADIUS, _LARGEST_RADIUS = 2.5, 9.0


@dataclass(frozen=True)
class Mark:
    """A tick of an axis: its place in the drawing, and its words."""

    place: float
    text: str


@dataclass(frozen=True)
class Dot:
    """A point with what it says; all but the text in units of the drawing."""

    x: float
    y: float
    radius: float
    text: str


@dataclass(frozen=True)
class Plot:
    """A drawing of 320 x 270 units.

    Attributes:
        left, right, top, bottom: the edges of the field.
        across, up: the ticks.
        line: points of the curve, as SVG wants them: "x,y x,y".
        yardstick: of the line to compare with, likewise.
        dots: the points that can be read one by one.
    """

    left: float
    right: float
    top: float
    bottom: float
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    line: str
    yardstick: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class _Field:
    """The field of a plot, whose values run from 0 to 1 across and from 0 to `most` up."""

    most: float = 1.0
    left: float = 40.0
    right: float = 310.0
    top: float = 12.0
    bottom: float = 230.0

    def x(self, value: float) -> float:
        return round(self.left + value * (self.right - self.left), 2)

    def y(self, value: float) -> float:
        return round(self.bottom - value / self.most * (self.bottom - self.top), 2)

    def path(self, points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{self.x(x)},{self.y(y)}" for x, y in points)

    def plot(
        self,
        line: Sequence[tuple[float, float]],
        yardstick: Sequence[tuple[float, float]],
        dots: Sequence[Dot] = (),
    ) -> Plot:
        steps = np.linspace(0, 1, 6)
        return Plot(
            self.left,
            self.right,
            self.top,
            self.bottom,
            across=tuple(Mark(self.x(step), f"{step:.2g}") for step in steps),
            up=tuple(Mark(self.y(step), f"{step:.2g}") for step in steps * self.most),
            line=self.path(line),
            yardstick=self.path(yardstick),
            dots=tuple(dots),
        )


def reliability_plot(bins: Sequence[ReliabilityBin]) -> Plot:
    """What is right against confidence; a dot is the larger the more labels it stands for."""
    field = _Field()
    largest = max(one.count for one in bins)
    dots = [
        Dot(
            field.x(one.confidence),
            field.y(one.right),
            round(max(_LEAST_RADIUS, _LARGEST_RADIUS * (one.count / largest) ** 0.5), 2),
            f"confidence {one.confidence:.2f}, right {one.right:.2f}, {one.count} labels",
        )
        for one in bins
    ]
    return field.plot([(one.confidence, one.right) for one in bins], [(0, 0), (1, 1)], dots)


def risk_plot(curve: RiskCoverage) -> Plot:
    """Risk against coverage, and the level line of a confidence that says nothing."""
    most = min(1.0, max(0.1, np.ceil(curve.risk.max() * 10) / 10))
    kept = np.unique(np.linspace(0, len(curve.risk) - 1, _MOST_POINTS).round().astype(int))
    points = list(zip(curve.coverage[kept].tolist(), curve.risk[kept].tolist(), strict=True))
    level, end = float(curve.risk[-1]), float(curve.coverage[-1])
    dots = []
    field = _Field(most=float(most))
    if len(points) == 1:
        dots = [Dot(field.x(end), field.y(level), _LEAST_RADIUS, "all answers are equally sure")]
    return field.plot(points, [(0, level), (end, level)], dots)
