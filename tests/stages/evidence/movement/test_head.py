"""The head as a whole: a similarity that is known is found again."""

import numpy as np
import pytest

from stages.evidence.movement.head import carried, find_head, middle_of_face
from stages.evidence.movement.layout import layout
from stages.evidence.movement.points import MIDDLE
from stages.evidence.movement.sampling import pyramid, softened
from tests.stages.evidence import faces

FPS = 25.0


def _found(pictures):
    rest, moving = (pyramid(softened(some)) for some in (faces.at_rest()[None], np.stack(pictures)))
    return find_head(rest, moving, middle_of_face(layout(0.0).eyes), FPS)


@pytest.mark.parametrize(
    ("growth", "roll", "across", "down"),
    [
        (0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 2.3, -1.6),
        (1.2, 0.0, 0.0, 0.0),
        (0.0, 1.5, 0.0, 0.0),
        (-0.8, -1.0, 1.5, 2.0),
    ],
)
def test_a_similarity_is_found_to_a_tenth_of_a_pixel(growth, roll, across, down):
    known = (growth, roll, across, down)
    for found in _found([faces.carried(*known)] * 6):
        np.testing.assert_allclose(found, known, atol=0.1)


def test_a_head_that_shakes_is_followed_in_each_picture():
    across = [0.0, 1.0, -1.5, 2.0, 0.5, 0.0]
    found = _found([faces.carried(0, 0, x, 0) for x in across])
    np.testing.assert_allclose(found[:, 2], across, atol=0.1)


@pytest.mark.parametrize(("gain", "level"), [(1.0, 12.0), (0.85, 0.0), (0.9, 15.0)])
def test_light_that_changes_is_no_movement_of_the_head(gain, level):
    lit = (gain * faces.at_rest().astype(float) + level).clip(0, 255).astype(np.uint8)
    np.testing.assert_allclose(_found([lit] * 6), 0, atol=0.1)


def test_a_mouth_that_opens_does_not_move_the_head():
    chin = faces.pulled((MIDDLE, 100.0), (0.0, 4.0))
    np.testing.assert_allclose(
        _found([faces.at_rest()] * 4 + [chin] + [faces.at_rest()] * 4), 0, atol=0.15
    )


def test_places_are_carried_as_the_similarity_says():
    head = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, -3.0]], np.float32)
    x, y = carried(head, np.array([[MIDDLE + 32]]), np.array([[MIDDLE]]))
    np.testing.assert_allclose(x[:, 0], [97, 96, 98])
    np.testing.assert_allclose(y[:, 0], [64, 65, 61])
