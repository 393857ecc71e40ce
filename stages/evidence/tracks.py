"""The patches of a row, face by face."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.rows import Row

FEWEST = 8  # patches: what is shorter shows no movement that has a beginning and an end
GAP_S = 0.25  # seconds without a patch from which a face was away


@dataclass(frozen=True)
class Stretch:
    """What one face looked like while it was in sight, without a gap.

    Attributes:
        track_id: of its track, which may have several.
        patches: uint8 [n, 128, 128], luma.
        times_s: [n] seconds, rising.
        yaw_deg: how far the face is turned to the right of the picture; None: not known.
    """

    track_id: int
    patches: NDArray[np.uint8]
    times_s: NDArray[np.float64]
    yaw_deg: float | None


def stretches(row: Row) -> Iterator[Stretch]:
    """The stretches of a row's tracks that have patches enough, in its order."""
    times_s = np.asarray(row["crop_times_s"], np.float64)
    track_ids = np.asarray(row["crop_track_ids"], np.int64)
    if not len(times_s):
        return
    yaws = {face["track_id"]: face["yaw"] for face in row["faces"]}
    parted = (np.diff(track_ids) != 0) | (np.diff(times_s) > GAP_S)
    ends = [0, *(np.flatnonzero(parted) + 1).tolist(), len(times_s)]
    for first, stop in itertools.pairwise(ends):
        if stop - first >= FEWEST:
            part = slice(first, stop)
            track_id = int(track_ids[first])
            yield Stretch(track_id, row["face_patches"][part], times_s[part], yaws.get(track_id))
