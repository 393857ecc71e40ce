"""The poses of a track's crops: slowly as the detector sees them, quickly as the pixels move."""

import numpy as np
from numpy.typing import NDArray

from stages.faces.alignment import pose
from stages.faces.smoothing import Samples, smooth
from stages.faces.steadying import movements
from stages.faces.tracks import Stretch, Track


def track_poses(frames: NDArray[np.uint8], track: Track, smooth_s: float) -> NDArray[np.float64]:
    """Poses of a track's crops, one for each of its analysis frames: [m, 4].

    Args:
        frames: the window's, uint8 [J, H * 3 / 2, W], I420.
    """
    return np.concatenate([_stretch_poses(frames, one, smooth_s) for one in track.stretches])


def smoothed_poses(stretch: Stretch, smooth_s: float) -> NDArray[np.float64]:
    """Poses from the detector's sightings alone: [m, 4]."""
    return smooth(_samples(stretch), stretch.times_s, smooth_s)


def _stretch_poses(
    frames: NDArray[np.uint8], stretch: Stretch, smooth_s: float
) -> NDArray[np.float64]:
    seen = _samples(stretch)
    slow = smoothed_poses(stretch, smooth_s)
    indices = stretch.first + np.arange(len(slow))
    quick = slow + movements(frames, indices, slow)
    # Where the pixels say it is, against where the detector does: noise, and drift, which is slow.
    there = np.searchsorted(stretch.times_s, seen.times_s)
    drift = Samples(seen.times_s, seen.values - quick[there], seen.weights)
    return quick + smooth(drift, stretch.times_s, smooth_s)


def _samples(stretch: Stretch) -> Samples:
    seen = stretch.sightings
    poses = np.array([pose(detection) for detection in seen.detections])
    poses[:, 3] = np.unwrap(poses[:, 3])
    return Samples(np.array(seen.times_s), poses, seen.scores)
