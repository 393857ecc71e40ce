"""The speaker of an utterance is found among the faces, or nobody is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.speaker.find import SURE, Speaker, find_speakers
from tests.stages.evidence.speaker.talking import FPS, clock, face, syllables, voice

SECONDS = 2.0
VOICE = syllables(SECONDS, 1)
AT_REST = np.zeros(len(VOICE))
TALKING = face(VOICE)
LISTENING = face(AT_REST, turning=1, seed=3)
UTTERANCE = {"start_s": 0.0, "end_s": SECONDS, "voice": voice(VOICE)}
LEFT, RIGHT = [0.1, 0.2, 0.35, 0.7], [0.65, 0.2, 0.9, 0.7]


def _find(
    patches: Sequence[np.ndarray],
    utterances: Sequence[dict[str, Any]] = (UTTERANCE,),
    starts_s: Sequence[float] = (0.0, 0.0),
) -> list[Speaker]:
    """The speakers among faces with such patches, one track each, at 25 frames a second."""
    pairs = list(zip(patches, starts_s, strict=False))
    times_s = [start_s + clock(len(one) / FPS) for one, start_s in pairs]
    faces = [
        {"track_id": track, "box": box, "start_s": times[0], "end_s": times[-1]}
        for track, (times, box) in enumerate(zip(times_s, (LEFT, RIGHT), strict=False))
    ]
    ids = [track for track, one in enumerate(patches) for _ in one]
    return find_speakers(faces, np.concatenate(patches), np.concatenate(times_s), ids, utterances)


def test_the_one_whose_mouth_moves_speaks_and_the_other_listens() -> None:
    for patches, speaker in (((TALKING, LISTENING), 0), ((LISTENING, TALKING), 1)):
        (found,) = _find(patches)
        assert found.track == speaker
        assert found.listeners == (1 - speaker,)
        assert found.score is not None
        assert found.score > 0.9


def test_of_two_moving_mouths_the_one_in_step_with_the_voice_speaks() -> None:
    other = face(syllables(SECONDS, 9), seed=3)
    assert _find((other, TALKING))[0].track == 1
    assert _find((TALKING, other))[0].track == 0


def test_nobody_speaks_where_only_a_listener_is_in_view() -> None:
    (found,) = _find((LISTENING,))
    assert found.track is None
    assert found.score is not None
    assert found.score < 0.4
    assert found.listeners == (0,)


def test_a_photograph_does_not_speak() -> None:
    assert _find((np.repeat(LISTENING[:1], len(VOICE), axis=0),))[0].track is None


def test_without_sound_a_mouth_that_clearly_moves_speaks() -> None:
    silent = {"start_s": 0.0, "end_s": SECONDS, "voice": None}
    assert _find((LISTENING, TALKING), [silent])[0].track == 1
    assert _find((LISTENING,), [silent])[0].track is None


def test_each_utterance_has_its_own_speaker() -> None:
    first, second = syllables(SECONDS, 1), syllables(SECONDS, 2)
    patches = (face(np.r_[first, AT_REST]), face(np.r_[AT_REST, second], seed=3))
    later = {"start_s": SECONDS, "end_s": 2 * SECONDS, "voice": voice(second)}
    assert [one.track for one in _find(patches, [UTTERANCE, later])] == [0, 1]


def test_the_same_speaker_on_both_sides_of_a_cut_is_no_rival_of_itself() -> None:
    half = len(VOICE) // 2
    (found,) = _find((TALKING[:half], TALKING[half:]), starts_s=(0.0, half / FPS))
    assert found.track is not None
    assert found.listeners == ()


def test_a_face_that_is_hardly_there_is_not_judged() -> None:
    assert _find((TALKING[:12],))[0] == Speaker(None, None, ())


def test_without_faces_nothing_is_known() -> None:
    none = np.empty((0, 128, 128), np.uint8)
    assert find_speakers([], none, [], [], [UTTERANCE]) == [Speaker(None, None, ())]


def test_faces_without_patches_make_the_others_doubtful_and_are_never_named() -> None:
    def look(faces: list[dict[str, Any]]) -> Speaker:
        times_s = clock(SECONDS)
        return find_speakers(faces, TALKING, times_s, np.zeros(len(times_s)), [UTTERANCE])[0]

    seen = {"track_id": 0, "box": LEFT, "start_s": 0.0, "end_s": SECONDS}
    unseen = {**seen, "track_id": 1, "box": RIGHT}
    alone, beside = look([seen]), look([seen, unseen])
    assert alone.track == beside.track == 0
    assert beside.score < alone.score
    assert look([{**seen, "track_id": 7}]) == Speaker(None, None, ())


@given(st.floats(-1, 3), st.floats(0.01, 4), st.sampled_from([None, voice(VOICE)]))
def test_whatever_an_utterance_spans_the_answer_is_sound(
    start_s: float, length_s: float, heard: dict[str, Any] | None
) -> None:
    spoken = {"start_s": start_s, "end_s": start_s + length_s, "voice": heard}
    (found,) = _find((TALKING[:30], LISTENING[:30]), [spoken])
    assert found.score is None or 0 <= found.score <= 1
    assert (found.track is not None) == (found.score is not None and found.score >= SURE)
    assert found.track not in found.listeners


def test_a_curve_with_gaps_or_without_sound_is_taken() -> None:
    gaps = {
        "loudness_curve_db": [
            None,
            float("nan"),
            float("-inf"),
            *voice(VOICE)["loudness_curve_db"][3:],
        ]
    }
    silent = {"loudness_curve_db": [-120.0] * len(VOICE)}
    for curve in (gaps, silent, {"loudness_curve_db": []}, {"loudness_curve_db": None}):
        assert _find((LISTENING, TALKING), [{**UTTERANCE, "voice": curve}])[0].track == 1
