import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.behaviour.curves import strength
from jobs.synthesize.plan import Movement, MovementKind

kinds = st.sampled_from(("macro", "micro", "blink", "gaze", "speech"))
FPS = 25.0


def _movement(kind: MovementKind, onset: int, rise: int, fall: int, intensity: float) -> Movement:
    frames = (onset, onset + rise, onset + rise + fall)
    onset_s, apex_s, offset_s = (frame / FPS for frame in frames)
    return Movement("Ann", kind, None, None, (), "both", onset_s, apex_s, offset_s, intensity)


@given(kinds, st.integers(0, 50), st.integers(1, 30), st.integers(1, 40), st.floats(0.05, 1))
def test_the_apex_is_the_only_maximum_and_both_ends_are_at_rest(
    kind: MovementKind, onset: int, rise: int, fall: int, intensity: float
) -> None:
    curve = strength(_movement(kind, onset, rise, fall, intensity), np.arange(150) / FPS)
    assert curve.dtype == np.float32
    assert not curve[: onset + 1].any()
    assert np.abs(curve[onset + rise + fall :]).max() < 1e-6
    assert curve.min() >= 0
    assert curve.max() == pytest.approx(intensity, rel=1e-6)
    assert list(np.flatnonzero(curve == curve.max())) == [onset + rise]
    assert (np.diff(curve[onset : onset + rise + 1]) > 0).all()
    assert (np.diff(curve[onset + rise : onset + rise + fall + 1]) < 0).all()


def test_a_long_expression_is_held_and_a_short_one_is_not() -> None:
    times_s = np.array([0.0, 1.0, 2.0, 2.2, 2.6, 3.0])
    long = strength(Movement("Ann", "macro", 0, None, (), "both", 0.0, 1.0, 3.0, 1.0), times_s)
    short = strength(Movement("Ann", "micro", 0, None, (), "both", 0.0, 1.0, 3.0, 1.0), times_s)
    assert long == pytest.approx([0, 1, 0.875, 0.85, 0.6010, 0], abs=1e-4)
    assert short == pytest.approx([0, 1, 0.7071, 0.5878, 0.3090, 0], abs=1e-4)
