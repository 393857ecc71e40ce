"""Where the points of a turned face lie in its patch.

A patch is cut so that five points, the eyes, the tip of the nose and the corners of the mouth, lie
as near as can be where they are in a face from the front. What lies deeper or nearer than these is
shifted when the head turns.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import MIDDLE, PLACES, named
from stages.face_template import ARCFACE_POINTS, CORNER, EYES_APART, EYES_AT, SCALE

MOST = 40.0  # degrees; of a face that is turned further half is out of sight
EYES = np.array([(MIDDLE + side * EYES_APART / 2, EYES_AT[1], 11.0) for side in (-1, 1)])

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Where things lie in the patches of a face, pixels.

    Attributes:
        places: float32 [P, 2], of the points.
        eyes: [2, 2], of the eyes.
    """

    places: NDArray[np.float32]
    eyes: Array


def layout(yaw_deg: float | None) -> Layout:
    """The layout of a face that is turned by some degrees to the right of the picture.

    None, for a face of which that is not known, is taken for the front.
    """
    yaw = math.radians(min(max(yaw_deg or 0.0, -MOST), MOST))
    everything = np.vstack([PLACES, EYES])
    moved = everything[:, :2] + _seen(everything, yaw) - _seen(everything, 0.0)
    return Layout(moved[: len(PLACES)].astype(np.float32), moved[len(PLACES) :])


def _seen(places: Array, yaw: float) -> Array:
    """Places [n, 3] in the patch [n, 2] of a face with a yaw in radians."""
    from skimage.transform import SimilarityTransform

    corners = PLACES[named("nose_tip", "mouth_corner")]
    fitted = SimilarityTransform.from_estimate(
        _turned(np.vstack([EYES, corners]), yaw), _template()
    )
    seen: Array = fitted(_turned(places, yaw))
    return seen


def _turned(places: Array, yaw: float) -> Array:
    x, y, z = (places - [MIDDLE, 0.0, 0.0]).T
    return np.asarray(np.column_stack([x * math.cos(yaw) + z * math.sin(yaw), y]))


def _template() -> Array:
    """The five points of ArcFace in pixels of the patch."""
    return np.asarray((ARCFACE_POINTS - CORNER) / SCALE)
