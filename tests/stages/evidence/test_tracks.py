"""The patches of a row, face by face and without gaps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.tracks import FEWEST, GAP_S, stretches

FPS = 25.0


def _row(*tracks):
    """Tracks of times in seconds; patches numbered throughout."""
    times_s = [time_s for track in tracks for time_s in track]
    track_ids = [track_id for track_id, track in enumerate(tracks) for _ in track]
    numbers = np.arange(len(times_s), dtype=np.uint8)
    patches = np.broadcast_to(numbers[:, None, None], (len(times_s), 128, 128))
    return {
        "crop_times_s": times_s,
        "crop_track_ids": track_ids,
        "face_patches": patches,
        "faces": [
            {"track_id": track_id, "yaw": 10.0 * track_id} for track_id in range(len(tracks))
        ],
    }


def _times(first, count, fps=FPS):
    return [first + index / fps for index in range(count)]


def _told(row):
    return [
        (one.track_id, one.patches[:, 0, 0].tolist(), one.times_s.tolist())
        for one in stretches(row)
    ]


def test_each_face_is_a_stretch_with_its_patches_and_times():
    first, second = _times(0.0, 10), _times(0.2, 12)
    assert _told(_row(first, second)) == [
        (0, list(range(10)), first),
        (1, list(range(10, 22)), second),
    ]


def test_a_face_that_was_away_has_two_stretches():
    before, after = _times(0.0, 10), _times(3.0, 9)
    assert [(track, times_s) for track, _, times_s in _told(_row(before + after))] == [
        (0, before),
        (0, after),
    ]


def test_what_is_too_short_for_a_movement_is_left_out():
    assert _told(_row(_times(0.0, FEWEST - 1))) == []
    assert len(_told(_row(_times(0.0, FEWEST)))) == 1


def test_a_row_without_patches_has_no_stretches():
    assert _told(_row()) == []
    assert _told(_row([])) == []


def test_five_pictures_a_second_are_not_gaps():
    assert len(_told(_row(_times(0.0, 20, fps=5.0)))) == 1


@given(
    st.lists(
        st.lists(st.sampled_from([0.033, 0.04, 0.2, GAP_S - 1e-3, GAP_S + 1e-3, 2.0]), max_size=40),
        max_size=4,
    )
)
def test_stretches_have_no_gap_and_hold_every_patch_that_has_enough_beside_it(steps):
    row = _row(*(np.cumsum(track).tolist() for track in steps))
    times_s, track_ids = row["crop_times_s"], row["crop_track_ids"]
    held = set()
    for one in stretches(row):
        assert len(one.patches) == len(one.times_s) >= FEWEST
        assert (np.diff(one.times_s) <= GAP_S).all()
        numbers = one.patches[:, 0, 0].tolist()
        assert [times_s[at] for at in numbers] == one.times_s.tolist()
        assert {track_ids[at] for at in numbers} == {one.track_id}
        assert not held & set(numbers)
        held |= set(numbers)
    for at in set(range(len(times_s))) - held:
        # What is left out stands in a run that is too short.
        first = last = at
        while first and _together(row, first - 1):
            first -= 1
        while last + 1 < len(times_s) and _together(row, last):
            last += 1
        assert last - first + 1 < FEWEST


def _together(row, at):
    times_s, track_ids = row["crop_times_s"], row["crop_track_ids"]
    return track_ids[at] == track_ids[at + 1] and times_s[at + 1] - times_s[at] <= GAP_S
