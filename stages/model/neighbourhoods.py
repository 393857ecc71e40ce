"""What is near in time: the face crops in reach of a global frame, the frames of an utterance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from stages.model.layout import Span

Times = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# Times are made by dividing and adding; a crop that stands exactly at the reach is in it.
ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Neighbourhoods:
    """The N pairs of a global frame and a track with at least one crop in reach of it.

    Attributes:
        frame: [N] the global frame; ascending.
        start: [N] the first crop in reach.
        stop: [N] one past the last; the crops of a track in reach stand side by side.
    """

    frame: Indices
    start: Indices
    stop: Indices

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def longest(self) -> int:
        """The largest number of crops in one neighbourhood."""
        return int((self.stop - self.start).max())


def neighbourhoods(
    frame_times_s: Times, crop_times_s: Times, crop_track_ids: Indices, reach_s: float
) -> Neighbourhoods:
    """The crops within `reach_s` seconds of each global frame, track by track.

    Args:
        frame_times_s: [T] seconds.
        crop_times_s: [C] seconds, rising inside a track.
        crop_track_ids: [C] the crops of a track stand side by side.
        reach_s: the reach to both sides, seconds; its ends belong to it.

    Raises:
        ValueError: the crops are not in order of track, then time.
    """
    _require_order(crop_times_s, crop_track_ids)
    found: list[tuple[Indices, Indices, Indices]] = []
    for begin, end in _tracks(crop_track_ids):
        times = crop_times_s[begin:end]
        start = begin + np.searchsorted(times, frame_times_s - reach_s - ROUNDING_S, "left")
        stop = begin + np.searchsorted(times, frame_times_s + reach_s + ROUNDING_S, "right")
        seeing = np.flatnonzero(start < stop)
        found.append((seeing, start[seeing], stop[seeing]))
    frame, start, stop = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(frame, kind="stable")
    return Neighbourhoods(frame[order], start[order], stop[order])


def nearest_of_track(
    times_s: Times, track_ids: Indices, offsets_s: Sequence[float], *, within_s: float
) -> Indices:
    """For each crop those of its track that are nearest to certain times before and after it.

    Between two equally near crops the earlier is taken.

    Args:
        times_s: [C] seconds, rising inside a track.
        track_ids: [C] the crops of a track stand side by side.
        offsets_s: [P] seconds from the crop.
        within_s: how far from there one may be.

    Returns:
        [C, P] places among the C, -1 where no crop is near.

    Raises:
        ValueError: the crops are not in order of track, then time.
    """
    _require_order(times_s, track_ids)
    found = np.full((len(times_s), len(offsets_s)), -1, np.int64)
    for begin, end in _tracks(track_ids):
        own = times_s[begin:end]
        wanted = own[:, None] + np.asarray(offsets_s)
        after = np.searchsorted(own, wanted).clip(max=len(own) - 1)
        before = (after - 1).clip(min=0)
        # Of two as near the earlier, wherever the clock began: rounding is not to choose.
        later = own[after] - wanted < wanted - own[before] - ROUNDING_S
        nearest = np.where(later, after, before)
        is_near = np.abs(own[nearest] - wanted) <= within_s + ROUNDING_S
        found[begin:end] = np.where(is_near, begin + nearest, -1)
    return found


def _tracks(track_ids: Indices) -> Iterator[tuple[int, int]]:
    """Begin and end of the crops of each track."""
    changes = np.flatnonzero(np.diff(track_ids)) + 1
    return pairwise([0, *changes.tolist(), len(track_ids)])


def frames_of_span(frame_times_s: Times, span: Span) -> Indices:
    """The frames inside `span` (start and end, seconds, both in it), else the nearest one.

    Between two equally near frames the earlier is taken.
    """
    start_s, end_s = span
    away = np.maximum(np.maximum(start_s - frame_times_s, frame_times_s - end_s), 0.0)
    inside = np.flatnonzero(away == 0)
    return inside if len(inside) else np.array([away.argmin()])


def _require_order(crop_times_s: Times, crop_track_ids: Indices) -> None:
    same = np.diff(crop_track_ids) == 0
    if (np.diff(crop_times_s)[same] < 0).any():
        raise ValueError("the times of the crops of a track do not rise")
    if np.count_nonzero(~same) + 1 > len(np.unique(crop_track_ids)) > 0:
        raise ValueError("the crops of a track do not stand side by side")
