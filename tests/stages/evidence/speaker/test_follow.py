"""The crops follow the speaker and are never fewer in time than those of the main track."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.speaker.follow import follow_speaker


def _utterance(
    start_s: float, end_s: float, track: int | None, score: float = 0.9
) -> dict[str, Any]:
    return {"start_s": start_s, "end_s": end_s, "speaker_track": track, "speaker_score": score}


TIMES = [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0, 4.0]
TRACKS = [0, 0, 0, 0, 1, 1, 1, 1, 1]


def _kept(*utterances: dict[str, Any]) -> list[tuple[int, float]]:
    return [(TRACKS[index], TIMES[index]) for index in follow_speaker(TIMES, TRACKS, utterances)]


def test_without_a_known_speaker_the_main_track_stays_and_gaps_are_filled() -> None:
    expected = [(0, 0.0), (0, 1.0), (0, 2.0), (0, 3.0), (1, 4.0)]
    assert _kept() == expected
    assert _kept(_utterance(0, 2, None)) == expected
    assert _kept(_utterance(0, 2, 7)) == expected


def test_the_speaker_is_shown_while_speaking() -> None:
    assert _kept(_utterance(1, 2, 1)) == [(0, 0.0), (0, 3.0), (1, 1.0), (1, 2.0), (1, 4.0)]


def test_of_overlapping_utterances_the_surest_counts() -> None:
    expected = [(0, 0.0), (0, 1.0), (0, 2.0), (1, 3.0), (1, 4.0)]
    pair = _utterance(0, 2, 0, 0.9), _utterance(2, 3, 1, 0.7)
    assert _kept(*pair) == _kept(*reversed(pair)) == expected


def test_no_crops_no_indices() -> None:
    assert follow_speaker([], [], [_utterance(0, 1, 0)]).tolist() == []


_frames = st.lists(st.integers(0, 30), min_size=0, max_size=12, unique=True).map(sorted)
_spoken = st.builds(
    _utterance, st.floats(0, 3), st.floats(0, 3), st.none() | st.integers(0, 4), st.floats(0, 1)
)


@given(st.lists(_frames, max_size=4), st.lists(_spoken, max_size=4))
def test_one_crop_a_time_in_order_of_track_then_time(
    tracks: list[list[int]], spoken: list[dict[str, Any]]
) -> None:
    times_s = [frame / 10 for track in tracks for frame in track]
    track_ids = [number for number, track in enumerate(tracks) for _ in track]
    kept = follow_speaker(times_s, track_ids, spoken)
    assert (np.diff(kept) > 0).all()
    assert sorted(times_s[index] for index in kept) == sorted(set(times_s))
