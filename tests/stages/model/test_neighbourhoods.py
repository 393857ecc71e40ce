"""Which crops a frame sees, against a plain loop over all pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.model.neighbourhoods import nearest_of_track, neighbourhoods

# Hundredths of a second: no pair is a rounding error away from the reach.
hundredths = st.lists(st.integers(0, 1000), max_size=40)


@given(
    frames=hundredths.map(sorted),
    tracks=st.lists(hundredths.map(sorted), max_size=4),
    reach=st.integers(0, 300),
)
def test_a_frame_sees_exactly_the_crops_in_reach_of_it(
    frames: list[int], tracks: list[list[int]], reach: int
) -> None:
    crops = [(track, time) for track, times in enumerate(tracks) for time in times]
    near = neighbourhoods(
        np.array(frames, np.float64) / 100,
        np.array([time for _, time in crops], np.float64) / 100,
        np.array([track for track, _ in crops], np.int64),
        reach / 100,
    )
    seen = [
        (frame, crop)
        for frame, start, stop in zip(near.frame, near.start, near.stop, strict=True)
        for crop in range(start, stop)
    ]
    expected = [
        (frame, crop)
        for frame, when in enumerate(frames)
        for crop, (_, time) in enumerate(crops)
        if abs(time - when) <= reach
    ]
    assert sorted(seen) == expected
    assert (np.diff(near.frame) >= 0).all()
    for start, stop in zip(near.start, near.stop, strict=True):
        assert len({crops[crop][0] for crop in range(start, stop)}) == 1


def test_a_crop_at_the_reach_is_seen_in_spite_of_rounding() -> None:
    times = np.array([0.1 + 0.2, 0.8 + 0.5])
    near = neighbourhoods(np.array([0.8]), times, np.array([0, 0]), 0.5)
    assert (near.start[0], near.stop[0]) == (0, 2)


@pytest.mark.parametrize(("times", "tracks"), [([1.0, 0.5], [0, 0]), ([0.0, 0.0, 1.0], [0, 1, 0])])
def test_crops_out_of_order_are_refused(times: list[float], tracks: list[int]) -> None:
    with pytest.raises(ValueError, match="track"):
        neighbourhoods(np.array([0.0]), np.array(times), np.array(tracks), 0.5)


def test_the_longest_neighbourhood_is_counted_in_crops() -> None:
    near = neighbourhoods(
        np.array([0.0, 1.0]), np.array([0.0, 0.1, 0.2, 1.0]), np.zeros(4, np.int64), 0.3
    )
    assert near.longest == 3


@given(
    tracks=st.lists(hundredths.map(sorted), max_size=4),
    offsets=st.lists(st.integers(-60, 60), min_size=1, max_size=4),
    within=st.integers(0, 30),
)
def test_the_crop_nearest_to_a_time_is_of_the_same_track_and_near(
    tracks: list[list[int]], offsets: list[int], within: int
) -> None:
    crops = [(track, time) for track, times in enumerate(tracks) for time in times]
    found = nearest_of_track(
        np.array([time for _, time in crops], np.float64) / 100,
        np.array([track for track, _ in crops], np.int64),
        [offset / 100 for offset in offsets],
        within_s=within / 100,
    )
    assert found.shape == (len(crops), len(offsets))
    for (track, time), row in zip(crops, found.tolist(), strict=True):
        for offset, place in zip(offsets, row, strict=True):
            away = [abs(other - time - offset) for own, other in crops if own == track]
            if min(away) > within:
                assert place == -1
            else:
                assert crops[place][0] == track
                assert abs(crops[place][1] - time - offset) == min(away)


def test_of_two_crops_as_near_the_earlier_is_taken_wherever_the_clock_began() -> None:
    """At 25 frames a second a tenth of a second is amid two crops."""
    times = np.arange(9) / 25
    tracks = np.zeros(9, np.int64)
    for start_s in (0.0, 5025.3, 86399.9):
        found = nearest_of_track(times + start_s, tracks, [-0.1, 0.0, 0.1], within_s=0.05)
        assert found[4].tolist() == [1, 4, 6]
