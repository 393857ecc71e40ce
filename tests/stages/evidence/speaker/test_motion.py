"""A mouth's own movement is told from that of its head and of the light."""

import numpy as np
import pytest

from stages.evidence.speaker import motion
from stages.evidence.speaker.activity import activity
from stages.evidence.speaker.motion import mouth_motion, moving_mean
from tests.stages.evidence.speaker.talking import clock, face, syllables

SECONDS = 2.0
TIMES = clock(SECONDS)
AT_REST = np.zeros(len(TIMES))


def _busy(patches: np.ndarray) -> float:
    return float(activity(mouth_motion(patches, TIMES), TIMES).mean())


def test_a_talking_mouth_moves_more_than_its_head() -> None:
    assert _busy(face(syllables(SECONDS, 1))) > 1


def test_so_it_does_when_the_head_turns() -> None:
    assert _busy(face(syllables(SECONDS, 1), turning=1.5)) > 1


@pytest.mark.parametrize(
    "patches",
    [
        pytest.param(face(AT_REST), id="still"),
        pytest.param(np.repeat(face(AT_REST[:1]), len(TIMES), axis=0), id="photograph"),
        pytest.param(face(AT_REST, turning=1.5), id="turning"),
        pytest.param(face(AT_REST, brightness=1 + 0.2 * np.sin(9 * TIMES)), id="flickering light"),
        pytest.param(face(np.clip(2 * TIMES - 2, 0, 0.6)), id="one large movement"),
    ],
)
def test_what_does_not_talk_does_not(patches: np.ndarray) -> None:
    assert _busy(patches) < 0.35


def test_the_opening_of_the_mouth_follows_its_darkness() -> None:
    wide = syllables(SECONDS, 1)
    assert np.corrcoef(mouth_motion(face(wide), TIMES).opening, wide)[0, 1] > 0.8


def test_a_mouth_outside_the_frame_is_not_visible() -> None:
    patches = face(AT_REST)
    patches[:, 70:] = 16
    assert not mouth_motion(patches, TIMES).visible.any()
    assert mouth_motion(face(AT_REST), TIMES).visible.all()


def test_one_patch_has_not_moved() -> None:
    found = mouth_motion(face(AT_REST[:1]), TIMES[:1])
    assert found.mouth.tolist() == found.rest.tolist() == [0.0]


def test_a_long_track_is_measured_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    patches = face(syllables(SECONDS, 1))
    whole = mouth_motion(patches, TIMES)
    monkeypatch.setattr(motion, "AT_ONCE", 7)
    np.testing.assert_allclose(mouth_motion(patches, TIMES).mouth, whole.mouth, atol=1e-3)


def test_a_moving_mean_is_over_time_and_not_over_samples() -> None:
    times_s = np.array([0.0, 0.1, 0.2, 1.0])
    values = np.array([0, 3, 6, 9], np.float32)
    assert moving_mean(values, times_s, 0.2).tolist() == [1.5, 3.0, 4.5, 9.0]
