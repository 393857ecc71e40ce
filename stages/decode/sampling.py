"""Which frames of a window are taken: global frames by a grid, analysis frames by a rate."""

import math

import numpy as np

MAX_ANALYSIS_RATE = 30.0  # analysis frames a second
_JITTER_S = 0.010  # how much sooner than the rate allows a frame may come and still be taken
_LONG_S = 0.5  # a picture on display for longer counts more than once
_AGAIN_S = 0.2


def times_on_display(start_s: float, end_s: float) -> list[float]:
    """When a picture on display from `start_s` to `end_s` is taken: as it comes on display.

    One that stays for more than half a second is taken again at even steps of at most 0.2 s. The
    times do not depend on any window.
    """
    length_s = end_s - start_s
    if length_s <= _LONG_S:
        return [start_s]
    count = math.ceil(length_s / _AGAIN_S)
    times: list[float] = (start_s + np.arange(count) * (length_s / count)).tolist()
    return times


class DisplayGrid:
    """Chooses the frames on display at `count` times, evenly spread over a window.

    The times are `start_s + k * (end_s - start_s) / count`. For n frames at a constant rate the
    frame on display at the k-th is frame floor(k * n / count), which is what TimeChat's
    `np.arange(0, n, n / count).astype(int)` takes; at a variable rate indices say nothing about
    time, the grid still does. A frame on display at several of the times is taken once.
    """

    def __init__(self, start_s: float, end_s: float, count: int, tick_s: float) -> None:
        """`tick_s` is how far a stamp may be rounded up: a time this close to it counts."""
        self._times_s = start_s + np.arange(count) * ((end_s - start_s) / count)
        self._tick_s = tick_s
        self._next = 0

    def takes(self, shown_until_s: float) -> bool:
        """Whether to take the frame shown until then; call for each frame, in order."""
        first = self._next
        while (
            self._next < len(self._times_s)
            and self._times_s[self._next] + self._tick_s < shown_until_s
        ):
            self._next += 1
        return self._next > first


class RateLimit:
    """Keeps frames to `MAX_ANALYSIS_RATE` on average, without dropping any of a slower stream.

    A frame may come up to 10 ms early, so that a nominal 30/s with jitter, or with times rounded
    to milliseconds, passes whole while 60/s is halved evenly.
    """

    def __init__(self) -> None:
        self._due_s = -math.inf

    def takes(self, time_s: float) -> bool:
        """Whether to take the frame at `time_s`; call for each frame, in order."""
        if time_s < self._due_s:
            return False
        self._due_s = max(self._due_s, time_s - _JITTER_S) + 1 / MAX_ANALYSIS_RATE
        return True


def most_analysis_frames(start_s: float, end_s: float) -> int:
    """The most frames that `RateLimit` lets pass in a window."""
    return math.ceil((end_s - start_s + _JITTER_S) * MAX_ANALYSIS_RATE) + 1
