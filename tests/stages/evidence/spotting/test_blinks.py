"""Blinks."""

import numpy as np
import pytest

from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.blinks import spot_blinks
from tests.stages.evidence.movements import FPS, blinking, course, still

COUNT = 150


def _blinks(movement, *, speaking=False):
    return spot_blinks(movement, np.full(len(movement.times_s), speaking))


@pytest.mark.parametrize("misfit", [12.0, 40.0])
def test_a_blink_is_found_where_it_is(misfit):
    (found,) = _blinks(blinking(still(COUNT), course(COUNT, 70, 73, 78), misfit), speaking=True)
    assert (found.kind, found.apex, found.while_speaking, found.region) == (
        "blink",
        73,
        True,
        "eyes",
    )
    assert (found.onset, found.offset) == pytest.approx((70, 78), abs=1)


def test_a_half_closed_lid_just_before_a_blink_is_a_part_of_it():
    over = 0.5 * course(COUNT, 68, 70, 72) + course(COUNT, 72, 73, 78)
    (found,) = _blinks(blinking(still(COUNT), over))
    assert found.apex == 73


def test_two_blinks_a_moment_apart_are_two():
    over = course(COUNT, 60, 62, 66) + course(COUNT, 70, 72, 76)
    assert [one.apex for one in _blinks(blinking(still(COUNT), over))] == [62, 72]


@pytest.mark.parametrize("closed_s", [0.6, 1.4])
def test_eyes_that_stay_closed_do_not_blink(closed_s):
    over = course(COUNT, 60, 63, 66, held=round(closed_s * FPS))
    assert _blinks(blinking(still(COUNT), over)) == []


def test_a_slow_change_of_the_lids_is_no_blink():
    assert _blinks(blinking(still(COUNT), np.linspace(0, 1, COUNT))) == []


def test_lids_that_always_flicker_need_more():
    """An eye behind glasses: what it does all the time is no blink."""
    movement = still(COUNT)
    flicker = np.random.default_rng(0).normal(0, 4, (COUNT, 1)).astype(np.float32)
    misfits = np.abs(movement.misfits + flicker)
    noisy = Movement(movement.times_s, movement.shifts, misfits, movement.contrast)
    assert _blinks(noisy) == []
    (found,) = _blinks(blinking(noisy, course(COUNT, 70, 73, 78), misfit=60.0))
    assert found.apex == pytest.approx(73, abs=1)
