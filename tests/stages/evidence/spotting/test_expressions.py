"""Expressions, as the network sees them and where the face bears them out."""

import numpy as np
import pytest

from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.expressions import spot_expressions
from tests.stages.evidence.movements import course, moving, signature, still

COUNT = 200
FROWN = signature(au4=0.6)


def _expressions(movement):
    return spot_expressions(movement, np.zeros(len(movement.times_s), bool))


def _cut(movement, first, last):
    part = slice(first, last)
    return Movement(
        movement.times_s[part], movement.shifts[part], movement.misfits[part], movement.contrast
    )


def test_an_expression_has_the_units_that_move():
    brief = moving(still(COUNT), FROWN, course(COUNT, 60, 64, 69))
    both = moving(brief, signature(au12=0.9), course(COUNT, 110, 118, 126, held=25))
    frown, smile = _expressions(both)
    assert (frown.kind, smile.kind) == ("micro", "macro")
    assert 4 in frown.units
    assert 12 not in frown.units
    assert 12 in smile.units
    assert 4 not in smile.units


def test_what_begins_before_a_face_is_seen_or_ends_after_is_none():
    movement = moving(still(COUNT), FROWN, course(COUNT, 80, 84, 90))
    assert len(_expressions(movement)) == 1
    assert _expressions(_cut(movement, 84, COUNT)) == []
    assert _expressions(_cut(movement, 0, 85)) == []


def test_an_expression_of_more_than_four_seconds_is_none():
    long = moving(still(COUNT), 2 * FROWN, course(COUNT, 30, 38, 46, held=110))
    assert _expressions(long) == []


@pytest.mark.parametrize("points", [slice(None), slice(0, 20)])
def test_a_face_that_does_not_look_like_itself_shows_nothing(points):
    """A hand before it, a head that turns away: the points are found by chance."""
    movement = moving(still(COUNT), FROWN, course(COUNT, 80, 84, 90))
    misfits = movement.misfits.copy()
    misfits[75:95, points] += 0.4 * movement.contrast
    covered = Movement(movement.times_s, movement.shifts, misfits, movement.contrast)
    assert _expressions(covered) == []


def test_a_movement_that_the_named_units_would_not_make_is_none():
    rng = np.random.default_rng(5)
    mixed = FROWN + rng.normal(0, 3.0, FROWN.shape)
    assert _expressions(moving(still(COUNT), mixed, course(COUNT, 80, 84, 90))) == []


def test_expressions_come_in_order_of_onset():
    movement = still(COUNT)
    for at in (150, 40, 95):
        movement = moving(movement, FROWN, course(COUNT, at, at + 4, at + 9))
    found = _expressions(movement)
    assert [one.onset for one in found] == pytest.approx([40, 95, 150], abs=1)


@pytest.mark.parametrize("onset", range(60, 75))
def test_one_of_two_frames_is_found_wherever_it_falls_between_samples(onset):
    """At 24 frames a second some frames lie between two of the thirty samples a second."""
    raised = signature(au1=0.3, au2=0.3)
    face = moving(still(COUNT, fps=24.0), raised, course(COUNT, onset, onset + 1, onset + 2))
    (found,) = _expressions(face)
    assert (found.kind, found.apex) == ("micro", onset + 1)
    assert found.onset == pytest.approx(onset, abs=1)
    assert found.offset == pytest.approx(onset + 2, abs=1)


def test_the_apex_is_that_of_the_units_that_are_named_though_a_mouth_moves_further():
    brows = moving(still(COUNT), signature(au1=0.5, au2=0.5), course(COUNT, 80, 84, 90))
    for at in range(40, 130, 7):  # the jaw drops as it speaks, and furthest late in the expression
        wide = 1.2 if at == 82 else 0.5
        brows = moving(brows, signature(au26=wide), course(COUNT, at, at + 5, at + 7))
    found = spot_expressions(brows, np.ones(COUNT, bool))
    (one,) = [one for one in found if 1 in one.units]
    assert one.apex == pytest.approx(84, abs=1)


@pytest.mark.parametrize(("lasts", "count"), [(3, 1), (4, 1), (20, 2)])
def test_an_expression_that_is_hidden_for_a_moment_is_one(lasts, count):
    shown = course(COUNT, 50, 60, 70, held=70)
    shown[92 : 92 + lasts] *= 0.2
    face = moving(still(COUNT), signature(au1=0.6, au2=0.6, au4=0.6), shown)
    found = [one for one in _expressions(face) if one.kind == "macro"]
    assert len(found) == count
    assert found[0].onset == pytest.approx(50, abs=3)
    assert found[-1].offset == pytest.approx(140, abs=3)
