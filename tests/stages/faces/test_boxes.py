import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.faces.boxes import areas, inside, nearness, overlaps

BOX = st.tuples(
    st.floats(-100, 100), st.floats(-100, 100), st.floats(0.1, 100), st.floats(0.1, 100)
).map(lambda box: [box[0], box[1], box[0] + box[2], box[1] + box[3]])
BOXES = st.lists(BOX, min_size=1, max_size=5).map(np.array)


def test_overlap_of_boxes_that_share_a_third():
    result = overlaps(np.array([[0.0, 0, 2, 2]]), np.array([[1.0, 0, 3, 2], [5, 5, 6, 6]]))
    np.testing.assert_allclose(result, [[1 / 3, 0]])


@settings(deadline=None)
@given(BOXES, BOXES)
def test_overlap_is_a_share_and_symmetric(first, second):
    result = overlaps(first, second)
    assert ((result >= 0) & (result <= 1 + 1e-9)).all()
    np.testing.assert_allclose(result, overlaps(second, first).T)
    np.testing.assert_allclose(np.diag(overlaps(first, first)), 1)


def test_area_of_a_box_turned_inside_out_is_zero():
    np.testing.assert_array_equal(areas(np.array([[2.0, 0, 0, 2], [0, 0, 2, 3]])), [0, 6])


def test_inside_looks_at_the_centre_only():
    small, large = [4.0, 4, 6, 6], [0.0, 0, 20, 20]
    result = inside(np.array([small, large]), np.array([small, large]))
    np.testing.assert_array_equal(result, [[True, True], [False, True]])


def test_nearness_falls_with_distance_and_ends_at_the_reach_or_at_another_size():
    one = np.array([[0.0, 0, 10, 10]])
    others = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [10, 0, 20, 10], [-5, -5, 15, 15]])
    near = nearness(one, others, reach=1.0, growth=1.6)
    np.testing.assert_allclose(near, [[1, 0.5, 0, 0]], atol=1e-12)
    assert nearness(np.zeros((0, 4)), others, 1.0, 1.6).shape == (0, 4)
