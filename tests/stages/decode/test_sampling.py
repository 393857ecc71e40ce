"""Which frames are taken, as arithmetic: no file is opened."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stages.decode.sampling import (
    MAX_ANALYSIS_RATE,
    DisplayGrid,
    RateLimit,
    most_analysis_frames,
    times_on_display,
)


def chosen(times_s: list[float], end_s: float, count: int, tick_s: float = 1e-6) -> list[int]:
    """Indices that the grid takes of frames at these times, the first on the window's start."""
    grid = DisplayGrid(times_s[0], end_s, count, tick_s)
    ends = [*times_s[1:], end_s]
    return [index for index, until in enumerate(ends) if grid.takes(until)]


def kept(times_s: list[float]) -> list[float]:
    rate = RateLimit()
    return [time_s for time_s in times_s if rate.takes(time_s)]


ascending = st.lists(st.floats(0.001, 2.0), min_size=1, max_size=200).map(
    lambda gaps: [0.0, *np.cumsum(gaps).tolist()]
)


@given(frames=st.integers(1, 2000), count=st.integers(1, 96), fps=st.sampled_from([10, 25, 29.97]))
def test_at_a_constant_rate_the_grid_takes_the_frames_timechat_takes(
    frames: int, count: int, fps: float
) -> None:
    times = [index / fps for index in range(frames)]
    exact = sorted({k * frames // count for k in range(count)})
    assert chosen(times, frames / fps, count) == exact


def test_the_grid_is_timechats_formula() -> None:
    for frames in (16, 50, 92, 293, 750, 900):
        times = [index / 25 for index in range(frames)]
        indices = np.arange(0, frames, frames / 16).astype(int).tolist()
        assert chosen(times, frames / 25, 16) == indices


def test_times_rounded_to_milliseconds_take_the_same_frames() -> None:
    for frames in (48, 96, 480, 900):
        times = [round(index / 30, 3) for index in range(frames)]
        indices = [k * frames // 16 for k in range(16)]
        assert chosen(times, frames / 30, 16, tick_s=1e-3) == indices


@given(times=ascending, count=st.integers(1, 96), hold=st.floats(0.01, 5.0))
def test_at_a_variable_rate_each_grid_time_finds_the_frame_on_display(
    times: list[float], count: int, hold: float
) -> None:
    end = times[-1] + hold
    taken = chosen(times, end, count, tick_s=0.0)
    grid = np.arange(count) * (end / count)
    assert taken == sorted(set((np.searchsorted(times, grid, side="right") - 1).tolist()))


@given(times=ascending, count=st.integers(1, 96))
def test_no_frame_is_taken_twice_and_the_first_always(times: list[float], count: int) -> None:
    taken = chosen(times, times[-1] + 0.04, count)
    assert len(taken) == len(set(taken)) <= min(count, len(times))
    assert taken[0] == 0


@given(
    fps=st.floats(1.0, 30.0),
    jitter=st.lists(st.floats(-0.004, 0.004), min_size=2, max_size=120),
)
def test_a_stream_of_thirty_or_fewer_frames_passes_whole(fps: float, jitter: list[float]) -> None:
    times = [index / fps + shift for index, shift in enumerate(jitter)]
    assert kept(times) == times


def test_sixty_frames_a_second_are_halved_evenly() -> None:
    times = [index / 60 for index in range(600)]
    assert kept(times) == times[::2]


@given(times=ascending.map(lambda times: [time / 50 for time in times]))
def test_the_rate_never_exceeds_the_limit(times: list[float]) -> None:
    taken = kept(times)
    assert len(taken) <= most_analysis_frames(0.0, times[-1])
    assert len(taken) <= math.ceil(times[-1] * MAX_ANALYSIS_RATE) + 2
    assert taken[0] == times[0]


@given(st.floats(0, 100), st.floats(0.001, 60))
def test_a_picture_that_stays_is_taken_again_and_again(start_s: float, length_s: float) -> None:
    times_s = times_on_display(start_s, start_s + length_s)
    assert times_s[0] == start_s
    assert times_s == sorted(times_s)
    if length_s < 0.49:
        assert len(times_s) == 1
    if length_s > 0.51:
        assert max(np.diff([*times_s, start_s + length_s])) <= 0.2 + 1e-6
