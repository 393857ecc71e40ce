"""The shifts of rendered heads, of which the norms are made."""

import numpy as np
import pytest

from jobs.synthesize.norms.heads import acts, shifts_of_heads
from stages.evidence.movement.points import PLACES, named
from stages.evidence.norms import load_norms
from stages.evidence.spotting.decomposition import DISTRACTORS, UNITS

NAMES = [act.name for act in acts()]


@pytest.fixture(scope="module")
def shifts():
    return dict(zip(NAMES, shifts_of_heads(1), strict=True))


def test_everything_that_is_looked_for_or_left_out_is_acted():
    assert len(set(NAMES)) == len(NAMES)
    assert {*DISTRACTORS, *(unit for units in UNITS.values() for unit in units)} <= set(NAMES)
    assert set(load_norms().units) == set(NAMES)


def test_a_head_moves_as_its_units_say(shifts):
    def down(unit, *names):
        return float(shifts[unit][named(*names), 1].mean())

    assert all(one.shape == (len(PLACES), 2) and np.isfinite(one).all() for one in shifts.values())
    assert down("12", "mouth_corner") < -2
    assert down("15", "mouth_corner") > 2
    assert down("1", "inner_brow") < -1
    assert down("4", "inner_brow") > 1
    assert down("26", "chin") > 1


def test_half_a_smile_moves_one_corner(shifts):
    left, right = named("mouth_corner_left", "mouth_corner_right")
    for unit, moves, stays in (("12L", left, right), ("12R", right, left)):
        sizes = np.linalg.norm(shifts[unit], axis=1)
        assert sizes[moves] > 3 * sizes[stays]


def test_one_head_moves_much_as_the_norms_do(shifts):
    """They are means of heads of the same split, measured with the same code."""
    for unit in ("1", "4", "12", "15"):
        norm = load_norms().units[unit]
        alike = np.corrcoef(shifts[unit].ravel(), norm)[0, 1]
        assert alike > 0.8, unit
