"""One who was out of sight for longer than a moment, and is in the same shot again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stages.faces.boxes import nearness
from stages.faces.likeness import likeness
from stages.faces.tracklet import Tracklet

ALIKE = 0.82  # likeness from which two tracklets may be one face
MARGIN = 0.05  # by which they must be more alike than any other pair in question
REACH = 2.0  # sides that a face may have moved meanwhile
GROWTH = 1.6  # most that its side may have changed
FEW = 5  # sightings that say how a face looked at the end of a tracklet


def rejoin(tracklets: Sequence[Tracklet], max_gap_s: float) -> list[list[Tracklet]]:
    """Each face of a shot as the tracklets it is seen in, one after the other.

    Two tracklets are one face if the second begins after the first has ended, at a plausible place
    and size, and looks the same, and no other that is there at the same time looks it as well:
    who are seen together are two people. Gaps of at most `max_gap_s` are closed.
    """
    alike = _likenesses(tracklets)
    before: dict[int, int] = {}
    for first, second in _nearest_in_time(tracklets, alike):
        if first in before.values() or second in before:
            continue
        if not _has_rival(first, second, tracklets, alike):
            before[second] = first
    chains: dict[int, list[Tracklet]] = {}
    for index in sorted(range(len(tracklets)), key=lambda one: tracklets[one].times_s[0]):
        chain = chains.pop(before[index]) if index in before else []
        chains[index] = [*chain, tracklets[index]]
    return [_close(chain, max_gap_s) for chain in chains.values()]


def _likenesses(tracklets: Sequence[Tracklet]) -> NDArray[np.float64]:
    """How alike the end of each is to the beginning of each; 0 where it cannot go on as that."""
    alike = np.zeros((len(tracklets), len(tracklets)))
    for i, first in enumerate(tracklets):
        for j, second in enumerate(tracklets):
            if first.times_s[-1] < second.times_s[0] and _is_plausible(first, second):
                alike[i, j] = likeness(first.looks(slice(-FEW, None)), second.looks(slice(FEW)))
    return alike


def _is_plausible(first: Tracklet, second: Tracklet) -> bool:
    if first.detections[-1].looks is None or second.detections[0].looks is None:
        return False
    boxes = first.detections[-1].box[None], second.detections[0].box[None]
    return bool(nearness(*boxes, REACH, GROWTH)[0, 0] > 0)


def _nearest_in_time(
    tracklets: Sequence[Tracklet], alike: NDArray[np.float64]
) -> list[tuple[int, int]]:
    pairs = [(int(i), int(j)) for i, j in np.argwhere(alike >= ALIKE)]
    return sorted(
        pairs, key=lambda pair: tracklets[pair[1]].times_s[0] - tracklets[pair[0]].times_s[-1]
    )


def _has_rival(
    first: int, second: int, tracklets: Sequence[Tracklet], alike: NDArray[np.float64]
) -> bool:
    """Whether another could as well be the one before or after, seen together with that one."""
    enough = alike[first, second] - MARGIN
    return any(
        (alike[other, second] > enough and _together(tracklets[other], tracklets[first]))
        or (alike[first, other] > enough and _together(tracklets[other], tracklets[second]))
        for other in range(len(tracklets))
        if other not in {first, second}
    )


def _together(one: Tracklet, other: Tracklet) -> bool:
    return one.times_s[0] <= other.times_s[-1] and other.times_s[0] <= one.times_s[-1]


def _close(chain: list[Tracklet], max_gap_s: float) -> list[Tracklet]:
    """The tracklets, those with a short gap between them made one."""
    closed = [chain[0]]
    for later in chain[1:]:
        if later.times_s[0] - closed[-1].times_s[-1] <= max_gap_s:
            closed[-1] = closed[-1].followed_by(later)
        else:
            closed.append(later)
    return closed
