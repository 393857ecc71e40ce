"""What is spotted on a face: made-up movements of known action units at known times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.evidence.description import describe
from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.spot import spot
from stages.evidence.spotting.spotted import MICRO_S, span
from tests.stages.evidence.movements import blinking, course, moving, signature, still

COUNT = 200
BROWS = signature(au1=0.45, au2=0.45)


def _spotted(movement: Movement, *, speaking: bool = False):
    return spot(movement, np.full(len(movement.times_s), speaking)).spotted


def test_a_face_that_does_nothing_shows_nothing():
    for seed in range(3):
        assert _spotted(still(COUNT, seed=seed)) == []


@pytest.mark.parametrize(("onset", "apex", "offset"), [(80, 84, 89), (60, 63, 66), (100, 105, 110)])
@pytest.mark.parametrize("shifts", [BROWS, signature(au4=0.45), signature(au12=0.45)])
def test_a_brief_expression_is_found_with_its_onset_apex_and_offset(shifts, onset, apex, offset):
    (found,) = _spotted(moving(still(COUNT), shifts, course(COUNT, onset, apex, offset)))
    assert (found.kind, found.while_speaking) == ("micro", False)
    assert (found.onset, found.apex, found.offset) == pytest.approx((onset, apex, offset), abs=1)


def test_an_expression_that_is_held_is_none_of_the_brief_ones():
    over = course(COUNT, 60, 70, 82, held=25)
    (found,) = _spotted(moving(still(COUNT), 2 * BROWS, over))
    assert found.kind == "macro"
    assert (found.onset, found.offset) == pytest.approx((60, 107), abs=4)
    assert 68 <= found.apex <= 97


def test_two_brief_expressions_one_after_the_other_are_two():
    first, second = course(COUNT, 50, 54, 58), course(COUNT, 120, 124, 128)
    found = _spotted(moving(moving(still(COUNT), BROWS, first), signature(au4=0.45), second))
    assert [(one.kind, one.apex) for one in found] == [
        ("micro", pytest.approx(54, abs=1)),
        ("micro", pytest.approx(124, abs=1)),
    ]


def test_a_blink_is_a_blink_and_no_brief_expression():
    over = course(COUNT, 80, 83, 88) + course(COUNT, 140, 142, 146)
    found = _spotted(blinking(still(COUNT), over))
    assert [(one.kind, one.apex) for one in found] == [("blink", 83), ("blink", 142)]
    assert found[0].onset == pytest.approx(80, abs=1)
    assert found[0].offset == pytest.approx(88, abs=1)


def test_brows_that_rise_after_a_blink_are_seen_beside_it():
    movement = blinking(still(COUNT), course(COUNT, 60, 63, 68))
    found = _spotted(moving(movement, BROWS, course(COUNT, 120, 124, 128)))
    assert [one.kind for one in found] == ["blink", "micro"]


@pytest.mark.parametrize(
    "over", [np.linspace(0, 1, COUNT), np.sin(np.linspace(0, np.pi, COUNT)) ** 2]
)
def test_a_drift_is_nothing(over):
    assert _spotted(moving(still(COUNT), signature(au1=0.5, au2=0.5), over)) == []


@pytest.mark.parametrize("seed", range(4))
def test_what_no_muscle_does_is_no_expression(seed):
    """Points that jump each their own way: a hand, hair, a shadow."""
    shifts = np.random.default_rng(seed).normal(0, 0.8, BROWS.shape)
    assert _spotted(moving(still(COUNT), shifts, course(COUNT, 80, 84, 89))) == []


@pytest.mark.parametrize("name", ["yaw", "pitch", "gaze_across", "gaze_down"])
def test_a_turn_and_a_glance_are_no_expressions(name):
    strength = 0.1 if name in {"yaw", "pitch"} else 0.4
    shifts = signature(**{f"au{name}": strength})
    assert _spotted(moving(still(COUNT), shifts, course(COUNT, 80, 84, 89))) == []


def test_a_jaw_that_drops_in_speech_is_no_expression_and_a_smile_is():
    over = course(COUNT, 80, 84, 88)
    assert _spotted(moving(still(COUNT), signature(au26=0.3), over), speaking=True) == []
    (smile,) = _spotted(moving(still(COUNT), signature(au12=0.3), over), speaking=True)
    assert (smile.kind, smile.while_speaking) == ("micro", True)
    assert 12 in smile.units


def test_brows_are_read_of_a_speaker_too():
    (found,) = _spotted(moving(still(COUNT), BROWS, course(COUNT, 80, 84, 88)), speaking=True)
    assert (found.kind, found.while_speaking) == ("micro", True)


@pytest.mark.parametrize("fps", [5, 10, 15, 30])
def test_times_are_seconds_at_any_rate(fps):
    count, apex, half = 8 * fps, 4 * fps, max(1, round(0.16 * fps))
    over = course(count, apex - half, apex, apex + half)
    (found,) = _spotted(moving(still(count, fps=fps), BROWS, over))
    assert found.kind == "micro"
    assert found.apex == pytest.approx(apex, abs=1)


@pytest.mark.parametrize("fps", [5, 12.5, 30])
@pytest.mark.parametrize("count", [8, 9, 15])
def test_a_short_look_at_a_face_is_no_fault(count, fps):
    movement = still(count, fps=fps)
    assert _spotted(movement) == []
    over = course(count, 2, 4, 6)
    for one in _spotted(moving(movement, 2 * BROWS, over)):
        assert 0 <= one.onset < one.apex < one.offset < count


def test_a_face_without_contrast_and_without_movement_shows_nothing():
    movement = still(COUNT)
    nothing = Movement(movement.times_s, 0 * movement.shifts, 0 * movement.misfits, 0.0)
    for speaking in (False, True):
        assert _spotted(nothing, speaking=speaking) == []


def test_times_that_jitter_by_rounding_change_nothing():
    movement = moving(still(COUNT), BROWS, course(COUNT, 80, 84, 89))
    jitter = np.random.default_rng(0).uniform(-1e-6, 1e-6, COUNT)
    times_s = movement.times_s + jitter
    shaken = Movement(times_s, movement.shifts, movement.misfits, movement.contrast)
    (one,), (other,) = _spotted(shaken), _spotted(movement)
    assert (one.onset, one.apex, one.offset) == (other.onset, other.apex, other.offset)
    assert one.units == other.units


@settings(max_examples=12)
@given(
    over=st.builds(
        lambda apex, rise, fall, held: course(COUNT, apex - rise, apex, apex + fall, held),
        st.integers(0, COUNT - 1),
        st.integers(1, 30),
        st.integers(1, 30),
        st.integers(0, 40),
    ),
    unit=st.sampled_from(["1", "4", "9", "12", "12L", "15", "26"]),
    strength=st.floats(0, 2),
    speaking=st.booleans(),
)
def test_whatever_a_face_does_events_have_an_onset_an_apex_an_offset_and_numbers_in_bounds(
    over, unit, strength, speaking
):
    movement = moving(still(COUNT), signature(**{f"au{unit}": strength}), over)
    found = _spotted(blinking(movement, course(COUNT, 90, 93, 96)), speaking=speaking)
    assert found == sorted(found, key=lambda one: one.onset)
    for one in found:
        assert 0 <= one.onset <= one.apex <= one.offset < COUNT
        assert one.onset < one.offset
        assert one.rank >= 1
        assert (one.kind != "micro") or span(movement.times_s, one) <= MICRO_S + 1e-9
        told = describe(movement, 3, one)
        assert 0 <= told["confidence"] <= 1
        assert told["intensity"] is None or 0 <= told["intensity"] <= 1
        assert told["onset_s"] <= told["apex_s"] <= told["offset_s"]


def test_the_halves_of_a_face_read_against_rest_come_with_what_is_spotted():
    movement = still(COUNT)
    sighting = spot(movement, np.zeros(COUNT, bool))
    assert set(sighting.long) == {"upper", "lower"}
    assert all(len(reading.evidence) == COUNT for reading in sighting.long.values())
