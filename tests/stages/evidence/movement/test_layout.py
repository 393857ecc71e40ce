"""Where the points of a turned face lie in its patch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.movement.layout import EYES, MOST, layout
from stages.evidence.movement.points import PLACES, POINTS, named


def _mirrored(places):
    """The places as a mirror shows them, each under the name of the other side."""
    names = [point.name for point in POINTS]
    swapped = {"left": "right", "right": "left"}
    order = [
        names.index("_".join([*name.split("_")[:-1], swapped.get(last, last)]))
        for name in names
        for last in (name.split("_")[-1],)
    ]
    return np.array([128.0, 0.0]) + places[order] * [-1.0, 1.0]


def test_a_face_from_the_front_lies_as_it_is_drawn():
    for yaw_deg in (0.0, None):
        found = layout(yaw_deg)
        np.testing.assert_allclose(found.places, PLACES[:, :2], atol=1e-4)
        np.testing.assert_allclose(found.eyes, EYES[:, :2], atol=1e-9)


def test_the_tip_of_the_nose_goes_where_the_face_turns():
    (tip,) = named("nose_tip")
    assert layout(25.0).places[tip, 0] > PLACES[tip, 0] + 3
    assert layout(-25.0).places[tip, 0] < PLACES[tip, 0] - 3


def test_the_far_side_of_a_turned_face_is_narrower():
    near, far = named("outer_eye")  # turned to the right of the picture, the right is far
    places = layout(30.0).places
    assert abs(places[far, 0] - 64) < abs(places[near, 0] - 64)


@given(st.floats(-90, 90))
def test_turned_to_the_other_side_it_is_the_mirror_image(yaw_deg):
    found, other = layout(yaw_deg).places, layout(-yaw_deg).places
    np.testing.assert_allclose(_mirrored(found), other, atol=0.15)  # as ArcFace's points


@pytest.mark.parametrize("yaw_deg", [MOST, 90.0, 1000.0])
def test_no_face_is_taken_to_be_turned_out_of_sight(yaw_deg):
    np.testing.assert_array_equal(layout(yaw_deg).places, layout(MOST).places)
