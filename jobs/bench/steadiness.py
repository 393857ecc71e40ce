"""How steadily the main face of a clip lies in its patches, and what that costs.

What is left of the head's motion is the shift of eyes and nose from each patch to the next, by
phase correlation. It is measured with poses from the detector's points alone, and with those that
also follow the pixels; of a head that keeps still, both are near 0.
"""

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stages.faces import FacesConfig
from stages.faces.crops import cut_faces
from stages.faces.detectors.opening import open_detector
from stages.faces.poses import smoothed_poses, track_poses
from stages.faces.stage import find_tracks

ROWS, COLUMNS = slice(34, 74), slice(36, 92)  # of a patch: eyes and nose


@dataclass(frozen=True)
class Steadiness:
    """Of the main face of one clip."""

    video_id: str
    points_px: float  # root mean square shift from patch to patch, poses from points alone
    pixels_px: float  # the same, poses that follow the pixels
    pose_ms: float  # CPU, a frame
    cut_ms: float  # CPU, a crop with its patch


def steadiness(
    video_id: str, frames: NDArray[np.uint8], times_s: NDArray[np.float64], config: FacesConfig
) -> Steadiness | None:
    """Measure the main face; None where there is none in two frames."""
    tracks = find_tracks(frames, times_s, open_detector(config), config)[:1]
    if not tracks or len(tracks[0].frames) < 2:
        return None
    [track] = tracks
    by_points = [smoothed_poses(stretch, config.smooth_s) for stretch in track.stretches]
    began = time.process_time()
    poses = track_poses(frames, track, config.smooth_s)
    posed = time.process_time()
    patches = cut_faces(frames, tracks, [poses]).patches
    cut = time.process_time()
    return Steadiness(
        video_id,
        _shift(cut_faces(frames, tracks, [np.concatenate(by_points)]).patches),
        _shift(patches),
        1000 * (posed - began) / len(poses),
        1000 * (cut - posed) / len(poses),
    )


def _shift(patches: NDArray[np.uint8]) -> float:
    from skimage.registration import phase_cross_correlation

    parts = patches[:, ROWS, COLUMNS].astype(np.float64)
    parts -= parts.mean(axis=(1, 2), keepdims=True)
    parts *= np.outer(np.hanning(parts.shape[1]), np.hanning(parts.shape[2]))
    shifts = [
        phase_cross_correlation(  # type: ignore[no-untyped-call]
            first, second, upsample_factor=20, normalization=None
        )[0]
        for first, second in pairwise(parts)
    ]
    return float(np.sqrt((np.array(shifts) ** 2).sum(axis=1).mean()))
