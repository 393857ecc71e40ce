"""From faces in single frames to persons followed through a shot."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stages.faces.boxes import nearness, overlaps
from stages.faces.detectors.detector import Detection
from stages.faces.smoothing import Samples, smooth

CARRY_ON = 0.6  # of the score that begins a track: enough to carry one on
SAME_FACE = 0.25  # least overlap (IoU) of a track's box with a detection to be its next
DOUBLE = 0.5  # mean overlap (IoU) from which two tracks are one face seen twice
SURE_DETECTIONS = 2  # a chance hit rarely comes twice
SURE_WITHIN_S = 1.0  # of each other; pictures further apart cannot vouch for one another
BRIDGED_LOOKS = 2  # a face missed once is bridged even where pictures are far apart
REACH = 1.0  # sides that a face may have moved, where no overlap shows that it is the same
GROWTH = 1.6  # most that its side may have changed meanwhile
DOUBT = 4  # exponent: a score of 0.75 counts less than half of one of 0.93


@dataclass
class Tracklet:
    """One face at the sampled frames of one shot."""

    times_s: list[float] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)

    def add(self, time_s: float, detection: Detection) -> None:
        """Note where the face was seen next."""
        self.times_s.append(time_s)
        self.detections.append(detection)

    @property
    def scores(self) -> NDArray[np.float64]:
        """Detection scores, [n]."""
        return np.array([detection.score for detection in self.detections])


@dataclass(frozen=True)
class Track:
    """One face at every analysis frame from its first sighting to its last."""

    first: int  # index of its first analysis frame in the window
    times_s: NDArray[np.float64]  # [m], of its analysis frames
    boxes: NDArray[np.float64]  # [m, 4], interpolated and smoothed, pixels
    sightings: Tracklet

    @property
    def score(self) -> float:
        """Mean detection score."""
        return float(self.sightings.scores.mean())

    @property
    def frames(self) -> range:
        """Indices of its analysis frames in the window."""
        return range(self.first, self.first + len(self.times_s))

    @property
    def weight(self) -> float:
        """What makes a track the main one of its window: how well, how large, how long it is seen.

        Mean distance of the eyes times a steep function of the score, times the number of frames.
        """
        eyes = np.array([detection.eye_distance for detection in self.sightings.detections])
        return float((eyes * self.sightings.scores**DOUBT).mean() * len(self.times_s))


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
        taken = _match(alive, usable, min_score)
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


def _match(alive: list[Tracklet], found: list[Detection], min_score: float) -> dict[int, int]:
    """Pairs of track and detection: by overlap, then, for strong detections left, by nearness."""
    last = np.array([one.detections[-1].box for one in alive]).reshape(-1, 4)
    boxes = np.array([one.box for one in found]).reshape(-1, 4)
    overlap = overlaps(last, boxes)
    taken = _best_pairs(np.where(overlap >= SAME_FACE, overlap, 0.0))
    strong = np.array([one.score >= min_score for one in found], bool)
    near = np.where(strong, nearness(last, boxes, REACH, GROWTH), 0.0)
    near[list(taken)] = 0.0
    near[:, list(taken.values())] = 0.0
    return taken | _best_pairs(near)


def _best_pairs(worth: NDArray[np.float64]) -> dict[int, int]:
    """Row and column of the pairs, each once, that are worth most in sum; 0 is no pair."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if worth[row, column] > 0
    }


def interpolate(sightings: Tracklet, times_s: NDArray[np.float64], smooth_s: float) -> Track:
    """The track of a face on the window's analysis clock `times_s` [J]."""
    first, last = np.searchsorted(times_s, [sightings.times_s[0], sightings.times_s[-1]])
    own = times_s[first : last + 1]
    boxes = np.array([detection.box for detection in sightings.detections])
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1.0)
    shapes = np.hstack([(boxes[:, :2] + boxes[:, 2:]) / 2, np.log(sides)])
    seen = np.array(sightings.times_s)
    even = smooth(Samples(seen, shapes, sightings.scores), own, smooth_s)
    half = np.exp(even[:, 2:]) / 2
    return Track(int(first), own, np.hstack([even[:, :2] - half, even[:, :2] + half]), sightings)


def rank(tracks: Sequence[Track], most: int) -> list[Track]:
    """At most `most` tracks, the main one first, without faces followed twice."""
    ordered = sorted(tracks, key=lambda one: (-one.weight, one.first, *one.boxes[0]))
    kept: list[Track] = []
    for track in ordered:
        if len(kept) < most and not any(_doubles(track, other) for other in kept):
            kept.append(track)
    return kept


def _doubles(track: Track, other: Track) -> bool:
    """Whether two tracks cover each other wherever both are there."""
    start = max(track.frames.start, other.frames.start)
    stop = min(track.frames.stop, other.frames.stop)
    if start >= stop:
        return False
    own = track.boxes[start - track.first : stop - track.first]
    theirs = other.boxes[start - other.first : stop - other.first]
    shared = [overlaps(a[None], b[None])[0, 0] for a, b in zip(own, theirs, strict=True)]
    return float(np.mean(shared)) >= DOUBLE
