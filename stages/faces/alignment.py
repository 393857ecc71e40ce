"""How a track's crops lie in its frames: one similarity transform that changes smoothly in time.

A pose is four numbers: x and y of the crop's centre in the frame (pixels), the logarithm of the
scale (pixels of the frame to one of the crop) and the rotation (radians, clockwise on the screen).
They vary independently of each other, so each can be smoothed for itself.
"""

import numpy as np
from numpy.typing import NDArray

from stages.face_template import ARCFACE_POINTS
from stages.faces.detectors.detector import Detection

CROP = 112  # pixels, the side of a crop
CENTRE = CROP / 2
LEAST_SCALE = 1e-6  # pixels of the frame to one of the crop: of points that fall together

# Where a face box without landmarks lies in the crop so that its eyes and mouth come to about
# the same places.
BOX_SIDE = 90.0
BOX_CENTRE = np.array([56.0, 64.0])


def pose(detection: Detection) -> NDArray[np.float64]:
    """The pose of one detection: from its five points, or from its box when it has none."""
    if detection.points is not None:
        # Least squares over complex numbers, in which a similarity is one factor.
        model = ARCFACE_POINTS.astype(complex) @ [1, 1j]
        points = detection.points.astype(complex) @ [1, 1j]
        spread = model - model.mean()
        turn = np.vdot(spread, points - points.mean()) / np.vdot(spread, spread).real
        if abs(turn) > LEAST_SCALE:
            centre = points.mean() + turn * (CENTRE * (1 + 1j) - model.mean())
            return np.array([centre.real, centre.imag, np.log(abs(turn)), np.angle(turn)])
    return _box_pose(detection.box)


def _box_pose(box: NDArray[np.float64]) -> NDArray[np.float64]:
    width, height = np.maximum(box[2:] - box[:2], 1.0)
    scale = np.sqrt(width * height) / BOX_SIDE
    x, y = (box[:2] + box[2:]) / 2 + (CENTRE - BOX_CENTRE) * scale
    return np.array([x, y, np.log(scale), 0.0])


def crop_to_frame(poses: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrices [..., 2, 3] that take a point of a crop to its place in the frame.

    Args:
        poses: [..., 4].
    """
    turn = np.exp(poses[..., 2] + 1j * poses[..., 3])
    shift = poses[..., 0] + 1j * poses[..., 1] - turn * (CENTRE + CENTRE * 1j)
    matrices = np.empty((*poses.shape[:-1], 2, 3))
    matrices[..., 0, 0] = matrices[..., 1, 1] = turn.real
    matrices[..., 1, 0], matrices[..., 0, 1] = turn.imag, -turn.imag
    matrices[..., 0, 2], matrices[..., 1, 2] = shift.real, shift.imag
    return matrices
