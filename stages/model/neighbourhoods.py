"""Which face crops a global frame can see: those of each track within reach of its time."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

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
    changes = np.flatnonzero(np.diff(crop_track_ids)) + 1
    found: list[tuple[Indices, Indices, Indices]] = []
    for begin, end in pairwise([0, *changes, len(crop_track_ids)]):
        times = crop_times_s[begin:end]
        start = begin + np.searchsorted(times, frame_times_s - reach_s - ROUNDING_S, "left")
        stop = begin + np.searchsorted(times, frame_times_s + reach_s + ROUNDING_S, "right")
        seeing = np.flatnonzero(start < stop)
        found.append((seeing, start[seeing], stop[seeing]))
    frame, start, stop = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(frame, kind="stable")
    return Neighbourhoods(frame[order], start[order], stop[order])


def _require_order(crop_times_s: Times, crop_track_ids: Indices) -> None:
    same = np.diff(crop_track_ids) == 0
    if (np.diff(crop_times_s)[same] < 0).any():
        raise ValueError("the times of the crops of a track do not rise")
    if np.count_nonzero(~same) + 1 > len(np.unique(crop_track_ids)) > 0:
        raise ValueError("the crops of a track do not stand side by side")
