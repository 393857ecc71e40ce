"""Triangles to pixels."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.head.raster import rasterise

PLACE = st.tuples(st.floats(-5, 25), st.floats(-5, 25), st.floats(-1, 1))


def test_a_square_of_two_triangles_covers_each_of_its_pixels_once() -> None:
    places = np.array([(2, 3, 0), (12, 3, 0), (12, 9, 0), (2, 9, 0)], np.float32)
    seen = rasterise(places, np.array([(0, 3, 2), (0, 2, 1)], np.int32), 16, 16)
    covered = np.zeros((16, 16), int)
    np.add.at(covered, (seen.rows, seen.columns), 1)
    expected = np.zeros((16, 16), int)
    expected[3:9, 2:12] = 1
    assert np.array_equal(covered, expected)
    columns = seen.interpolate(np.array([(0, 3, 2), (0, 2, 1)], np.int32), places)[:, 0]
    assert np.allclose(columns, seen.columns + 0.5, atol=1e-4)


def test_the_nearer_triangle_is_seen_and_what_turns_its_back_is_not() -> None:
    far = [(0, 0, 0), (0, 9, 0), (9, 0, 0)]
    near = [(0, 0, 1), (0, 5, 1), (5, 0, 1)]
    places = np.array(far + near, np.float32)
    both = np.array([(0, 1, 2), (3, 4, 5)], np.int32)
    seen = rasterise(places, both, 10, 10)
    corner = (seen.rows == 1) & (seen.columns == 1)
    assert seen.triangles[corner].tolist() == [1]
    assert not len(rasterise(places, both[:, ::-1], 10, 10).rows)
    assert len(rasterise(places, both[:, ::-1], 10, 10, both_sides=True).rows) == len(seen.rows)


@given(st.lists(st.tuples(PLACE, PLACE, PLACE), max_size=6))
def test_weights_are_those_of_the_pixels_middle(
    triangles: list[tuple[tuple[float, float, float], ...]],
) -> None:
    places = np.array([corner for triangle in triangles for corner in triangle], np.float32)
    corners = np.arange(3 * len(triangles), dtype=np.int32).reshape(-1, 3)
    seen = rasterise(places.reshape(-1, 3), corners, 20, 20, both_sides=True)
    assert np.allclose(seen.weights.sum(axis=1), 1, atol=1e-5)
    assert ((seen.rows >= 0) & (seen.rows < 20) & (seen.columns >= 0) & (seen.columns < 20)).all()
    pixels = list(zip(seen.rows.tolist(), seen.columns.tolist(), strict=True))
    assert len(set(pixels)) == len(pixels)
