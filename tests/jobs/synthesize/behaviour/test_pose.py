import numpy as np
import pytest

from jobs.synthesize.behaviour.pose import gaze, head
from jobs.synthesize.plan import Movement, Person, Span

ANN = Person("Ann", 0, 0.2, 0.3)
TIMES_S = np.arange(250) / 25


def _rng() -> np.random.Generator:
    return np.random.default_rng(4)


def test_eyes_at_rest_stay_near_the_middle_but_are_never_quite_still() -> None:
    angles = gaze([], ANN, TIMES_S, _rng())
    assert angles.shape == (250, 2)
    assert angles.dtype == np.float32
    assert 0 < np.abs(angles).max() < np.radians(6)
    assert len(np.unique(angles[:, 0])) > 5


def test_a_look_turns_the_eyes_its_way_for_as_long_as_it_lasts() -> None:
    look = Movement("Ann", "gaze", None, None, (61, 63), "both", 2.0, 2.08, 3.0, 0.8)
    turned = gaze([look], ANN, TIMES_S, _rng()) - gaze([], ANN, TIMES_S, _rng())
    assert turned[52] == pytest.approx(0.8 * np.radians((25, 15)), rel=1e-4)
    assert np.abs(turned[:51]).max() == 0
    assert np.abs(turned[75:]).max() < 1e-6
    assert not (
        gaze([look], Person("Ben", 1, 0, 0), TIMES_S, _rng()) - gaze([], ANN, TIMES_S, _rng())
    ).any()


def test_a_head_sways_a_little_and_smoothly() -> None:
    angles = head(TIMES_S, _rng(), [])
    assert angles.shape == (250, 3)
    assert angles.dtype == np.float32
    assert np.radians(0.2) < np.abs(angles).max() < np.radians(3)
    assert np.abs(np.diff(angles, axis=0)).max() < np.radians(0.4)


def test_a_head_nods_with_speech_alone() -> None:
    still, nodding = head(TIMES_S, _rng(), []), head(TIMES_S, _rng(), [Span(3.0, 7.0)])
    moved = np.abs(nodding - still)
    assert not moved[TIMES_S < 3].any()
    assert moved[TIMES_S > 7].max() < 1e-6
    assert moved[:, 1].max() > np.radians(0.5)
    assert not moved[:, [0, 2]].any()


def test_a_shorter_clip_of_the_same_seed_begins_alike() -> None:
    short = TIMES_S[:100]
    assert (gaze([], ANN, short, _rng()) == gaze([], ANN, TIMES_S, _rng())[:100]).all()
    assert (head(short, _rng(), []) == head(TIMES_S, _rng(), [])[:100]).all()


def test_no_frames_have_no_angles() -> None:
    assert gaze([], ANN, TIMES_S[:0], _rng()).shape == (0, 2)
    assert head(TIMES_S[:0], _rng(), []).shape == (0, 3)
