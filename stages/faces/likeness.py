"""Whether two faces of one shot look the same: by their pictures' coarse light and colour.

It is no recognition of persons: within a shot light and clothes stay as they are, so that hair,
skin and what is beside them tell people apart.
"""

import numpy as np
from numpy.typing import NDArray

from stages.faces.alignment import CROP, crop_to_frame, pose
from stages.faces.detectors.detector import Detection
from stages.faces.i420 import BLACK, Frame, planes
from stages.faces.warping import warp

SIDE = 16  # pixels of the small picture of a crop
COLOUR = 2.0  # weight of chroma beside luma, which varies more
TINT = 0.3  # share that is left of the mean chroma: most skin has the same

Looks = NDArray[np.float32]  # [768]


def looks_of(frame: Frame, detection: Detection) -> Looks:
    """How a face looks: its crop at 16 x 16, luma less its mean, then chroma less most of its."""
    pixel = CROP / SIDE
    matrix = crop_to_frame(pose(detection))
    matrix[:, :2] *= pixel
    blocks = max(1, int(np.hypot(*matrix[:, 0])))
    y, u, v = planes(frame)
    luma = _small(y, matrix, BLACK[0], blocks)
    colours = [
        _small(plane, matrix / 2, BLACK[1], max(1, blocks // 2)) - BLACK[1] for plane in (u, v)
    ]
    patterns = [COLOUR * (one - (1 - TINT) * one.mean()) for one in colours]
    return np.concatenate([luma - luma.mean(), *patterns])


def likeness(first: Looks, second: Looks) -> float:
    """-1..1, the cosine of the angle between them.

    Of 19 tracks of 16 clips, the first and the last five sightings had 0.84 and more but for one
    of a head that turned (0.58); of the pairs of different tracks 99 % had less than 0.73.
    """
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / size if size > 0 else 0.0


def _small(
    plane: Frame, matrix: NDArray[np.float64], outside: int, blocks: int
) -> NDArray[np.float32]:
    small = warp(plane, matrix, (SIDE, SIDE), outside, blocks=blocks)
    return np.asarray(small, np.float32).ravel()
