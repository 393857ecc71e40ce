"""A curve fits its frame, has a bounded number of points and keeps its peaks."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.curve import HEIGHT, MOST_POINTS, WIDTH, path

VALUES = st.lists(st.none() | st.floats(), max_size=500)


def points(d: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in re.findall(r"[ML](\d+) (\d+)", d)]


def test_values_stand_between_their_edges() -> None:
    assert path([0, 50, 100], [0.0, 1.0, 2.0], 0.0, 2.0) == "M0 100h1L500 50L1000 0"


def test_what_is_not_known_breaks_the_line() -> None:
    assert path([0, 25, 50, 75], [1.0, None, math.nan, 0.0], 0.0, 1.0) == "M0 0h1M750 100h1"
    assert path([], [], 0.0, 1.0) == path([0.0], [None], 0.0, 1.0) == ""


@given(VALUES, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_no_curve_leaves_its_frame_or_its_size(
    values: list[float | None], low: float, high: float
) -> None:
    lefts = [100 * at / max(1, len(values)) for at in range(len(values))]
    drawn = points(path(lefts, values, low, high))
    assert len(drawn) <= MOST_POINTS
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)


@given(st.integers(1, 2000), st.data())
def test_a_peak_of_one_frame_is_kept(count: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, count - 1))
    values = [1.0 if place == at else 0.0 for place in range(count)]
    drawn = points(path([100 * place / count for place in range(count)], values, 0.0, 1.0))
    assert [x for x, y in drawn if y == 0] == [round(1000 * at / count)]
