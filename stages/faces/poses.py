"""The poses of a track's crops: those of its sightings, smoothed in time."""

import numpy as np
from numpy.typing import NDArray

from stages.faces.alignment import pose
from stages.faces.smoothing import Samples, smooth
from stages.faces.tracks import Stretch, Track


def track_poses(track: Track, smooth_s: float) -> NDArray[np.float64]:
    """Smoothed poses of a track's crops, one for each of its analysis frames: [m, 4]."""
    return np.concatenate([_stretch_poses(stretch, smooth_s) for stretch in track.stretches])


def _stretch_poses(stretch: Stretch, smooth_s: float) -> NDArray[np.float64]:
    seen = stretch.sightings
    poses = np.array([pose(detection) for detection in seen.detections])
    poses[:, 3] = np.unwrap(poses[:, 3])
    samples = Samples(np.array(seen.times_s), poses, seen.scores)
    return smooth(samples, stretch.times_s, smooth_s)
