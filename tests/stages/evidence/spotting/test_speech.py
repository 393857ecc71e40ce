"""When the face of a speaker moves for speech."""

import pytest

from stages.evidence.spotting.speech import AROUND_S, may_speak, spot_speech
from tests.stages.evidence.movements import FPS, course, moving, signature, still

COUNT = 100


def _said(start_s, end_s, speaker=None, listeners=(), score=0.9):
    return {
        "start_s": start_s,
        "end_s": end_s,
        "speaker_track": speaker,
        "speaker_score": score if speaker is not None else None,
        "listener_tracks": listeners,
    }


def _spoken(movement, said):
    return movement.times_s[may_speak(movement, 0, [said])]


def test_a_speaker_speaks_from_a_little_before_the_first_sound_to_a_little_after_the_last():
    times_s = _spoken(still(COUNT), _said(1.0, 2.0, speaker=0))
    assert times_s[[0, -1]] == pytest.approx((1 - AROUND_S, 2 + AROUND_S), abs=1 / FPS)


@pytest.mark.parametrize(
    ("said", "may"),
    [
        (_said(1, 2, speaker=0), True),
        (_said(1, 2, speaker=1), False),
        (_said(1, 2, speaker=None), True),
        (_said(1, 2, speaker=None, listeners=[0]), False),
        (_said(1, 2, speaker=None, listeners=[1]), True),
        (_said(1, 2, speaker=None, listeners=None), True),
        (_said(9, 9.5, speaker=0), False),  # behind the end of the face
    ],
)
def test_who_is_not_known_to_listen_may_speak(said, may):
    assert bool(len(_spoken(still(COUNT), said))) == may


def test_without_utterances_nobody_speaks():
    assert not may_speak(still(COUNT), 0, []).any()
    assert spot_speech(still(COUNT), 0, []) == []


def test_the_apex_of_speech_is_where_the_mouth_is_furthest():
    movement = moving(still(COUNT), signature(au26=0.6), course(COUNT, 36, 40, 44))
    (found,) = spot_speech(movement, 0, [_said(1.0, 2.0, speaker=0, score=0.8)])
    assert (found.kind, found.apex, found.while_speaking) == ("speech", 40, True)
    assert movement.times_s[[found.onset, found.offset]] == pytest.approx(
        (1, 2), abs=AROUND_S + 1 / FPS
    )
    assert found.rank == pytest.approx(0.8)


def test_speech_is_the_speakers_alone():
    said = [_said(1, 2, speaker=1), _said(2, 3, speaker=None)]
    assert spot_speech(still(COUNT), 0, said) == []


def test_speech_goes_as_far_as_the_face_is_in_sight():
    movement = still(COUNT)
    (found,) = spot_speech(movement, 0, [_said(3.5, 9.0, speaker=0)])
    assert found.offset == COUNT - 1
    assert spot_speech(movement, 0, [_said(COUNT / FPS + 0.1, 9.0, speaker=0)]) == []


def test_utterances_that_overlap_are_spoken_once_each():
    said = [_said(0.5, 2, speaker=0), _said(1.5, 3, speaker=0)]
    first, second = spot_speech(still(COUNT), 0, said)
    assert first.onset < second.onset < first.offset < second.offset
