"""Pictures read between their pixels."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from stages.evidence.movement.sampling import part_of, pyramid, read, softened

PICTURES = np.random.default_rng(0).uniform(0, 255, (3, 8, 12)).astype(np.float32)


@given(st.lists(st.tuples(st.floats(-3, 15), st.floats(-3, 11)), min_size=1, max_size=8))
def test_a_value_is_bilinear_and_the_edge_goes_on(places):
    x, y = np.array(places, np.float32).T
    found = read(PICTURES, *(np.repeat(part[None], 3, axis=0) for part in (x, y)))
    for picture, values in zip(PICTURES, found, strict=True):
        inside = np.clip(y, 0, 7), np.clip(x, 0, 11)
        np.testing.assert_allclose(values, map_coordinates(picture, inside, order=1), atol=0.6)


def test_a_pyramid_holds_means_of_four_and_of_sixteen():
    pictures = pyramid(PICTURES)
    np.testing.assert_allclose(pictures[2][1, 0, 0], PICTURES[1, :2, :2].mean(), rtol=1e-6)
    np.testing.assert_allclose(pictures[4][2, 1, 2], PICTURES[2, 4:, 8:].mean(), rtol=1e-6)
    some = part_of(pictures, slice(1, 2))
    assert [some[times].shape for times in (1, 2, 4)] == [(1, 8, 12), (1, 4, 6), (1, 2, 3)]


def test_softening_keeps_what_is_flat_and_spreads_a_pixel():
    flat = np.full((1, 4, 4), 200, np.uint8)
    assert (softened(flat) == 200).all()
    dot = np.zeros((1, 5, 5), np.uint8)
    dot[0, 2, 2] = 160
    np.testing.assert_array_equal(
        softened(dot)[0, 1:4, 1:4], [[10, 20, 10], [20, 40, 20], [10, 20, 10]]
    )
