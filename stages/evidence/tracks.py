"""The patches of a row, track by track."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.rows import Row

FEWEST = 8  # patches: what is shorter shows no movement that has a beginning and an end


@dataclass(frozen=True)
class TrackPatches:
    """What one face looked like, uint8 [n, 128, 128] luma, and when, [n] seconds."""

    track_id: int
    patches: NDArray[np.uint8]
    times_s: NDArray[np.float64]


def patches_by_track(row: Row) -> Iterator[TrackPatches]:
    """The tracks of a row that have patches enough, in its order."""
    times_s = np.asarray(row["crop_times_s"], np.float64)
    track_ids = np.asarray(row["crop_track_ids"], np.int64)
    for track_id in dict.fromkeys(track_ids.tolist()):
        own = np.flatnonzero(track_ids == track_id)
        if len(own) >= FEWEST:
            part = slice(int(own[0]), int(own[-1]) + 1)
            yield TrackPatches(track_id, row["face_patches"][part], times_s[part])
