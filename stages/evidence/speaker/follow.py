"""Which crops of a window the model is to see: those of whoever speaks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAIN = 0  # id of the main track


def follow_speaker(
    crop_times_s: ArrayLike,
    crop_track_ids: ArrayLike,
    utterances: Sequence[Mapping[str, Any]],
) -> NDArray[np.int64]:
    """The indices of the crops to keep, one for each time at which there is any; ascending.

    While an utterance with a known speaker lasts, that is the speaker's; else, and where the
    speaker is out of view, the main track's; where that is not there either, the best track's that
    is. Where utterances overlap, the surest counts.

    Args:
        crop_times_s: [C] seconds; crops of one frame have the same.
        crop_track_ids: [C], 0 for the main track, the better tracks first; in order of track, then
            time, in which order what is kept stays.
        utterances: `start_s`, `end_s`, `speaker_track`, `speaker_score`.
    """
    times_s = np.asarray(crop_times_s, np.float64)
    track_ids = np.asarray(crop_track_ids, np.int64)
    wanted = np.full(len(times_s), MAIN)
    known = [one for one in utterances if one["speaker_track"] is not None]
    for one in sorted(known, key=lambda one: float(one["speaker_score"])):
        wanted[(times_s >= one["start_s"]) & (times_s <= one["end_s"])] = one["speaker_track"]
    order = np.lexsort((track_ids, track_ids != wanted, times_s))
    _, first = np.unique(times_s[order], return_index=True)
    return np.sort(order[first])
