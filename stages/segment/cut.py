"""Where a video is cut: a pure function of its duration, its utterances and the configuration.

From one cut, the next is made in the longest pause of the second half of the time a window may
last. A cut thus depends only on what is said before it and up to a window after it, and the same
input is cut alike in every run. All reckoning is in whole milliseconds, so that no rounding can
move a word across a cut.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from stages.clock import whole_milliseconds
from stages.segment.config import SegmentConfig
from stages.segment.turns import Turn, Utterance, merge_shortest, split_long

Times = np.ndarray[Any, np.dtype[np.int64]]

LEAD_MS = 1000  # silence kept before the speech after a cut; half the pause where that is less


@dataclass(frozen=True)
class Window:
    """One piece of a video.

    Attributes:
        start_s, end_s: seconds on the presentation timeline; windows tile the video.
        utterances: what starts in this window, in order of start; none goes on beyond `end_s`.
        warnings: plain sentences on what was split, shortened or merged.
    """

    start_s: float
    end_s: float
    utterances: tuple[Utterance, ...] = ()
    warnings: tuple[str, ...] = ()


class TooManyWindows(ValueError):
    """The video needs more windows than the configuration allows."""


def cut(duration_s: float, utterances: Sequence[Utterance], config: SegmentConfig) -> list[Window]:
    """The windows of a video: no gap, no overlap, each at most `config.max_window_s` long.

    Every utterance is in exactly one window, that of its start. One that alone is longer than a
    window is split evenly; one that overlaps so many others that no cut can part them is
    shortened, its text kept whole. Where there is no speech the windows have the full length.
    Times come back in whole milliseconds, and `index` counts anew over the video.

    Args:
        duration_s: seconds; 0, negative or not finite means unknown, and then the end of the last
            utterance counts. There is always at least one window.
        utterances: dicts with the keys of `stages.rows.UTTERANCE`, in any order, times finite.
        config: the limits.

    Raises:
        TooManyWindows: more than `config.max_windows` are needed.
    """
    known = math.isfinite(duration_s) and duration_s > 0
    end_s = duration_s if known else max((said["end_s"] for said in utterances), default=0.0)
    if end_s > config.max_windows * config.max_window_s:
        raise TooManyWindows(
            f"{end_s:.0f} s need more than segment.max_windows = {config.max_windows} windows of "
            f"{config.max_window_s:g} s. Cut the video or raise the limit."
        )
    end, longest, shortest = (
        whole_milliseconds(seconds) for seconds in (end_s, config.max_window_s, config.min_window_s)
    )
    turns = [
        part
        for utterance in utterances
        for part in split_long(Turn.of(utterance, last=end), longest)
    ]
    turns.sort(key=lambda turn: (turn.start, turn.end))
    edges = [0, *_cuts(turns, end, longest, shortest), end]
    if len(edges) - 1 > config.max_windows:
        raise TooManyWindows(
            f"its speech needs {len(edges) - 1} windows, more than segment.max_windows = "
            f"{config.max_windows}. Check the times of its transcript."
        )
    return _filled(edges, turns, end_s, config.max_utterances)


def _filled(edges: list[int], turns: list[Turn], end_s: float, most: int) -> list[Window]:
    """The windows between `edges`, each with the turns that start in it."""
    windows: list[Window] = []
    waiting = deque(turns)
    index = 0
    for number, (start, end) in enumerate(pairwise(edges), start=2):
        is_last = number == len(edges)
        inside: list[Turn] = []
        while waiting and (is_last or waiting[0].start < end):
            inside.append(waiting.popleft())
        notes = list(dict.fromkeys(note for turn in inside for note in turn.notes))
        over = [turn for turn in inside if turn.end > end and not is_last]
        if over:
            notes.append(
                f"{len(over)} overlapping utterances could not be parted from the next window's "
                f"and end at {end / 1000:.2f} s; the first began at {over[0].start / 1000:.2f} s."
            )
            inside = [replace(turn, end=min(turn.end, end)) for turn in inside]
        kept = merge_shortest(inside, most)
        if len(kept) < len(inside):
            notes.append(
                f"{len(inside)} utterances from {start / 1000:.2f} s on were merged into "
                f"{len(kept)} (segment.max_utterances)."
            )
        windows.append(
            Window(
                start_s=start / 1000,
                end_s=end_s if is_last else end / 1000,
                utterances=tuple(turn.as_utterance(index + i) for i, turn in enumerate(kept)),
                warnings=tuple(notes),
            )
        )
        index += len(kept)
    return windows


def _cuts(turns: list[Turn], end: int, longest: int, shortest: int) -> Iterator[int]:
    """Where each window but the last ends, milliseconds, ascending."""
    start = first = 0
    while end - start > longest:
        while first < len(turns) and turns[first].start < start:
            first += 1
        after = first
        while after < len(turns) and turns[after].start < start + longest:
            after += 1
        # One turn more than a window can hold: it bounds the pause before it.
        start = _next_cut(start, turns[first : after + 1], end, longest, shortest)
        yield start


class _Pause(NamedTuple):
    """Where nobody speaks; `speech_end` is where the speech after it ends. Milliseconds."""

    start: int
    end: int
    speech_end: int


def _next_cut(start: int, turns: list[Turn], end: int, longest: int, shortest: int) -> int:
    """The best place for a cut after `start` and at most `longest` from it.

    That is the longest pause in the second half of the window; then in its first half; then one
    that leaves a piece shorter than `shortest`. Where all talk at once, the place that takes
    least from those who are cut short.
    """

    def leaves_none_short(point: int) -> bool:
        return point - start >= shortest and end - point >= shortest

    places = []
    for pause in _pauses(start, turns, end):
        point = _place(pause, start + longest, end, longest, shortest)
        if point is not None and point > start:
            in_second_half = 2 * (point - start) >= longest
            length = pause.end - pause.start
            places.append((leaves_none_short(point), in_second_half, length, point))
    if places:
        return max(places)[-1]
    edges = {edge for turn in turns for edge in (turn.start, turn.end)}
    points = sorted({edge for edge in edges if start < edge < start + longest} | {start + longest})
    losses = _losses(np.array(points), turns)
    ranked = zip(map(leaves_none_short, points), -losses, points, strict=True)
    return max(ranked)[-1]


def _pauses(start: int, turns: list[Turn], end: int) -> Iterator[_Pause]:
    """The pauses from `start` on. Turns that touch have a pause of length 0 between them."""
    speech: list[tuple[int, int]] = []
    for turn in turns:
        if speech and turn.start < speech[-1][1]:
            speech[-1] = speech[-1][0], max(speech[-1][1], turn.end)
        else:
            speech.append((turn.start, turn.end))
    silent_from = start
    for begins, ends in speech:
        yield _Pause(silent_from, begins, ends)
        silent_from = ends
    yield _Pause(silent_from, end, end)


def _place(pause: _Pause, limit: int, end: int, longest: int, shortest: int) -> int | None:
    """Where to cut in a pause, if it begins by `limit`."""
    if pause.start > limit:
        return None
    if pause.end < end:
        lead = min(LEAD_MS, (pause.end - pause.start) // 2)
        # The speech that follows should fit into one window with what silence is kept before it.
        point = min(max(pause.end - lead, pause.speech_end - longest), pause.end)
    else:
        point = end  # silence to the end: as far as a window goes
    balanced = end - shortest
    if pause.start <= balanced:
        point = min(point, balanced)
    return min(point, limit)


def _losses(points: Times, turns: list[Turn]) -> Times:
    """Milliseconds that a cut at each point takes from the turns that go on beyond it."""
    starts = np.array([turn.start for turn in turns], dtype=np.int64)
    ends = np.array([turn.end for turn in turns], dtype=np.int64)

    def beyond(values: Times, first: Times) -> Any:
        totals = np.append(np.cumsum(values[::-1])[::-1], 0)
        return totals[first] - (len(values) - first) * points

    ordered = np.sort(ends)
    all_beyond = beyond(ordered, np.searchsorted(ordered, points, side="right"))
    not_begun = beyond(ends, np.searchsorted(starts, points, side="left"))
    losses: Times = all_beyond - not_begun
    return losses
