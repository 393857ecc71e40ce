"""The movement of a face: what is pulled is found, and what only looks like movement is none."""

import numpy as np
import pytest

from stages.evidence.movement.measure import at_rest, measure
from stages.evidence.movement.points import PLACES, named
from tests.stages.evidence import faces

FPS = 25.0


def _measured(pictures):
    return measure(np.asarray(pictures), np.arange(len(pictures)) / FPS, 0.0)


def _between(moved, before=8, after=8):
    return np.concatenate([faces.resting(before), moved, faces.resting(after)])


@pytest.mark.parametrize(
    "name",
    ["mouth_corner_left", "mouth_corner_right", "inner_brow_left", "outer_brow_right", "chin"],
)
@pytest.mark.parametrize("by", [(0.0, -1.0), (1.0, 0.0), (-0.5, 0.5), (2.0, -1.5)])
def test_a_part_of_a_face_that_moves_is_found_to_a_seventh_of_a_pixel(name, by):
    (point,) = named(name)
    movement = _measured(_between([faces.pulled(tuple(PLACES[point, :2]), by)]))
    np.testing.assert_allclose(movement.shifts[8, point], by, atol=0.15)
    np.testing.assert_allclose(movement.shifts[0, point], 0, atol=0.02)


def test_what_is_far_from_a_movement_stays_where_it_is():
    (corner, brow) = named("mouth_corner_left", "outer_brow_right")
    movement = _measured(_between([faces.pulled(tuple(PLACES[corner, :2]), (1.5, -1.5))]))
    assert np.abs(movement.shifts[8, brow]).max() < 0.1


def test_a_head_that_moves_rolls_and_comes_closer_moves_no_point():
    moved = [faces.carried(0.05 * i, -0.04 * i, 0.3 * i, 0.1 * i) for i in range(25)]
    assert np.abs(_measured(moved).shifts).mean() < 0.1


@pytest.mark.parametrize(("gain", "level"), [(1.0, 12.0), (0.85, 0.0), (0.9, 15.0)])
def test_light_that_changes_moves_no_point(gain, level):
    lit = (gain * faces.at_rest().astype(float) + level).clip(0, 255).astype(np.uint8)
    movement = _measured(_between([lit] * 4))
    assert np.abs(movement.shifts[8:12]).max() < 0.15


def test_what_appears_where_nothing_was_is_a_misfit_and_not_a_movement_alone():
    x, y = faces.grid()
    closed = faces.at_rest()
    for column in (45, 83):
        closed[((x - column) / 9) ** 2 + ((y - 45) / 5) ** 2 < 1] = 150
    movement = _measured(_between([closed] * 2))
    lids = named("upper_lid", "lower_lid")
    assert movement.misfits[8, lids].min() > 5 * movement.misfits[0, lids].max()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_pictures_without_anything_in_them_do_not_move(grey):
    movement = _measured(np.full((8, 128, 128), grey, np.uint8))
    assert (movement.contrast, np.abs(movement.shifts).max(), movement.misfits.max()) == (0, 0, 0)


def test_pictures_that_have_nothing_to_do_with_one_another_give_finite_numbers():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (10, 128, 128)).astype(np.uint8)
    pictures[3], pictures[4] = 0, 255
    movement = _measured(pictures)
    assert np.isfinite(movement.shifts).all()
    assert np.isfinite(movement.misfits).all()


def test_the_same_patches_move_alike_whatever_follows_them():
    """Pictures are taken in batches; the borders between them are not to be seen."""
    (corner,) = named("mouth_corner_left")
    moved = [faces.pulled(tuple(PLACES[corner, :2]), (0.0, -1.0))]
    pictures = np.concatenate([np.concatenate([faces.resting(9), moved])] * 10)
    shifts = _measured(pictures).shifts
    np.testing.assert_allclose(shifts[19::10], np.repeat(shifts[9:10], 9, axis=0), atol=0.05)


def test_the_rate_comes_from_the_times():
    movement = measure(faces.resting(9), 100 + np.arange(9) / 12.5, None)
    assert movement.rate == pytest.approx(12.5)
    assert movement.flat.shape == (9, 2 * len(PLACES))


def test_a_face_at_rest_is_what_it_mostly_looks_like():
    pictures = np.zeros((50, 4, 4), np.float32)
    pictures[20:30] = 100
    assert (at_rest(pictures) == 0).all()
