"""A measured curve as the path of an SVG of `WIDTH` by `HEIGHT`."""

import math
from collections.abc import Iterable, Sequence

WIDTH = 1000
HEIGHT = 100
MOST_POINTS = 160  # a curve; between them the value that is farthest from the lowest is kept

Points = list[tuple[int, int] | None]


def path(lefts: Sequence[float], values: Sequence[float | None], low: float, high: float) -> str:
    """The `d` of a line through the values.

    Args:
        lefts: where each value stands, 0..100 percent of the width, ascending.
        values: None and what is no finite number break the line.
        low: the value at the lower edge.
        high: the value at the upper edge; what is beyond an edge stands at it.
    """
    scale = HEIGHT / (high - low) if high > low else 0.0
    points: Points = []
    for left, value in zip(lefts, values, strict=False):
        if value is None or not math.isfinite(value):
            points.append(None)
        else:
            height = min(max(scale * (value - low), 0.0), float(HEIGHT))
            points.append((round(left * WIDTH / 100), round(HEIGHT - height)))
    return "".join(_written(_thinned(points)))


def _thinned(points: Points) -> Points:
    step = -(-len(points) // MOST_POINTS) or 1
    return [_highest(points[at : at + step]) for at in range(0, len(points), step)]


def _highest(points: Points) -> tuple[int, int] | None:
    there = [point for point in points if point is not None]
    return min(there, key=lambda point: point[1]) if there else None


def _written(points: Points) -> Iterable[str]:
    is_begun = False
    for point in points:
        if point is not None:
            yield f"{'L' if is_begun else 'M'}{point[0]} {point[1]}"
            if not is_begun:
                yield "h1"  # so that a point alone is seen
        is_begun = point is not None
