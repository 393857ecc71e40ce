"""From faces in single frames to persons followed through a shot."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stages.faces.boxes import nearness, overlaps
from stages.faces.detectors.detector import Detection
from stages.faces.likeness import likeness
from stages.faces.smoothing import Samples, smooth
from stages.faces.tracklet import Tracklet

CARRY_ON = 0.6  # of the score that begins a track: enough to carry one on
SAME_FACE = 0.25  # least overlap (IoU) of a track's box with a detection to be its next
DOUBLE = 0.5  # mean overlap (IoU) from which two tracks are one face seen twice
SURE_DETECTIONS = 2  # a chance hit rarely comes twice
SURE_WITHIN_S = 1.0  # of each other; pictures further apart cannot vouch for one another
BRIDGED_LOOKS = 2  # a face missed once is bridged even where pictures are far apart
REACH = 1.0  # sides that a face may have moved, where no overlap shows that it is the same
ALIKE = 0.82  # likeness of a face in two looks, one soon after the other
UNLIKE = 0.4  # less is two faces; a head that turns changes as much
UNLIKE_LATER = 0.7  # the same after a look without it: who hid comes back, or another comes
GOES_ON_S = 1.0  # that a face is expected to move on as it did
GROWTH = 1.6  # most that its side may have changed meanwhile
DOUBT = 4  # exponent: a score of 0.75 counts less than half of one of 0.93


@dataclass(frozen=True)
class Stretch:
    """One face at every analysis frame while it is followed without a long gap."""

    first: int  # index of its first analysis frame in the window
    times_s: NDArray[np.float64]  # [m], of its analysis frames
    boxes: NDArray[np.float64]  # [m, 4], interpolated and smoothed, pixels
    sightings: Tracklet


@dataclass(frozen=True)
class Track:
    """One face in a shot: the stretches that it is seen in, in order of time."""

    stretches: tuple[Stretch, ...]

    @cached_property
    def frames(self) -> NDArray[np.int64]:
        """Indices of its analysis frames in the window, [m], rising."""
        return np.concatenate([one.first + np.arange(len(one.times_s)) for one in self.stretches])

    @cached_property
    def times_s(self) -> NDArray[np.float64]:
        """Times of its analysis frames, [m]."""
        return np.concatenate([one.times_s for one in self.stretches])

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """Its box in each of its analysis frames, [m, 4], pixels."""
        return np.concatenate([one.boxes for one in self.stretches])

    @property
    def detections(self) -> list[Detection]:
        """Its sightings."""
        return [detection for one in self.stretches for detection in one.sightings.detections]

    @property
    def scores(self) -> NDArray[np.float64]:
        """Detection scores of its sightings, [n]."""
        return np.concatenate([one.sightings.scores for one in self.stretches])

    @property
    def score(self) -> float:
        """Mean detection score."""
        return float(self.scores.mean())

    @property
    def weight(self) -> float:
        """What makes a track the main one of its window: how well, how large, how long it is seen.

        Mean distance of the eyes times a steep function of the score, times the number of frames.
        """
        eyes = np.array([detection.eye_distance for detection in self.detections])
        return float((eyes * self.scores**DOUBT).mean() * len(self.frames))


def follow(
    times_s: NDArray[np.float64],
    detections: Sequence[list[Detection]],
    min_score: float,
    max_gap_s: float,
) -> list[Tracklet]:
    """Join the detections of one shot's sampled frames into faces, one detection to a face each.

    Detections of at least `min_score` begin a face; weaker ones can only carry one on, so that a
    turned head is kept and noise is not. A face may be out of sight for `max_gap_s`, or in one
    sampled frame. One seen strongly only once is dropped, unless no other frame of the shot was
    near enough to see it again.
    """
    everyone: list[Tracklet] = []
    for look, found in enumerate(detections):
        usable = [one for one in found if one.score >= CARRY_ON * min_score]
        oldest_s = min(times_s[look] - max_gap_s, times_s[max(look - BRIDGED_LOOKS, 0)])
        alive = [one for one in everyone if one.times_s[-1] >= oldest_s]
        taken = _match(alive, usable, min_score, (times_s[max(look - 1, 0)], times_s[look]))
        for track, index in taken.items():
            alive[track].add(float(times_s[look]), usable[index])
        for index, detection in enumerate(usable):
            if index not in taken.values() and detection.score >= min_score:
                everyone.append(Tracklet([float(times_s[look])], [detection]))
    return [one for one in everyone if _is_sure(one, times_s, min_score)]


def _is_sure(track: Tracklet, times_s: NDArray[np.float64], min_score: float) -> bool:
    strong = np.array(track.times_s)[track.scores >= min_score]
    looks_nearby = (np.abs(times_s - strong[0]) <= SURE_WITHIN_S).sum()
    return len(strong) >= min(SURE_DETECTIONS, int(looks_nearby))


def _match(
    alive: list[Tracklet], found: list[Detection], min_score: float, clock: tuple[float, float]
) -> dict[int, int]:
    """Pairs of track and detection: by overlap, then, for strong detections left, by nearness.

    Looks decide where several overlap, and may deny a pair: a head may turn and then look quite
    different, so they do so only for a face that was out of sight in the look before, that has
    moved away, or where one of the two fits another better.

    Args:
        clock: the times of the look before and of this one, seconds.
    """
    before_s, time_s = clock
    last = np.array([one.detections[-1].box for one in alive]).reshape(-1, 4)
    boxes = np.array([one.box for one in found]).reshape(-1, 4)
    alike = _likenesses(alive, found)
    missed = np.array([one.times_s[-1] < before_s for one in alive], bool)[:, None]
    unlike = alike < np.where(missed, UNLIKE_LATER, UNLIKE)
    fits = alike >= ALIKE
    settled = np.logical_or(fits.any(axis=0, keepdims=True), fits.any(axis=1, keepdims=True))
    expected = np.array([_expected(one, time_s) for one in alive]).reshape(-1, 4)
    overlap = overlaps(expected, boxes)
    denied = unlike & (missed | settled)
    allowed = (np.maximum(overlap, overlaps(last, boxes)) >= SAME_FACE) & ~denied
    worth = overlap + np.maximum(alike, 0.0) + np.finfo(np.float64).eps
    taken = _best_pairs(np.where(allowed, worth, 0.0))
    strong = np.array([one.score >= min_score for one in found], bool)
    near = np.where(strong & ~unlike, nearness(last, boxes, REACH, GROWTH), 0.0)
    near[list(taken)] = 0.0
    near[:, list(taken.values())] = 0.0
    return taken | _best_pairs(near)


def _expected(track: Tracklet, time_s: float) -> NDArray[np.float64]:
    """Where a face would be by now if it went on as it moved last, for a second at most: [4].

    Two who cross are told apart by that where one hides the other.
    """
    last = track.detections[-1].box
    if len(track.times_s) < 2:
        return last
    step_s = track.times_s[-1] - track.times_s[-2]
    if step_s > GOES_ON_S:
        return last
    speed = (last - track.detections[-2].box) / step_s
    shift = speed.reshape(2, 2).mean(axis=0) * min(time_s - track.times_s[-1], GOES_ON_S)
    return np.asarray(last + np.tile(shift, 2))


def _likenesses(alive: list[Tracklet], found: list[Detection]) -> NDArray[np.float64]:
    """How alike each track, as last seen, and each detection are, [n, m].

    Where looks were not noted, none is unlike and none settled.
    """
    alike = np.full((len(alive), len(found)), UNLIKE_LATER)
    for row, track in enumerate(alive):
        seen = track.detections[-1].looks
        for column, detection in enumerate(found):
            if seen is not None and detection.looks is not None:
                alike[row, column] = likeness(seen, detection.looks)
    return alike


def _best_pairs(worth: NDArray[np.float64]) -> dict[int, int]:
    """Row and column of the pairs, each once, that are worth most in sum; 0 is no pair."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if worth[row, column] > 0
    }


def interpolate(sightings: Tracklet, times_s: NDArray[np.float64], smooth_s: float) -> Stretch:
    """A face on the window's analysis clock `times_s` [J], from its first sighting to its last."""
    first, last = np.searchsorted(times_s, [sightings.times_s[0], sightings.times_s[-1]])
    own = times_s[first : last + 1]
    boxes = np.array([detection.box for detection in sightings.detections])
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1.0)
    shapes = np.hstack([(boxes[:, :2] + boxes[:, 2:]) / 2, np.log(sides)])
    seen = np.array(sightings.times_s)
    even = smooth(Samples(seen, shapes, sightings.scores), own, smooth_s)
    half = np.exp(even[:, 2:]) / 2
    return Stretch(int(first), own, np.hstack([even[:, :2] - half, even[:, :2] + half]), sightings)


def rank(tracks: Sequence[Track], most: int) -> list[Track]:
    """At most `most` tracks, the main one first, without faces followed twice."""
    ordered = sorted(tracks, key=lambda one: (-one.weight, one.frames[0], *one.boxes[0]))
    kept: list[Track] = []
    for track in ordered:
        if len(kept) < most and not any(_doubles(track, other) for other in kept):
            kept.append(track)
    return kept


def _doubles(track: Track, other: Track) -> bool:
    """Whether two tracks cover each other wherever both are there."""
    _, mine, yours = np.intersect1d(
        track.frames, other.frames, assume_unique=True, return_indices=True
    )
    if not len(mine):
        return False
    pairs = zip(track.boxes[mine], other.boxes[yours], strict=True)
    return float(np.mean([overlaps(a[None], b[None])[0, 0] for a, b in pairs])) >= DOUBLE
