"""Where the parts of a face lie in the pictures that are cut of it.

`faces` cuts crops and patches by it, and `evidence` knows by it where to look.
"""

import numpy as np

# Where ArcFace puts eyes, nose tip and mouth corners in a crop of 112 (Deng et al., CVPR 2019;
# `arcface_dst` in insightface.utils.face_align).
ARCFACE_POINTS = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)

PATCH = 128  # pixels, the side of a patch
EYES_APART = 38.0  # pixels of a patch between the eyes
EYES_AT = (64.0, 44.0)  # pixels of a patch, x and y of the point between them

_EYES = ARCFACE_POINTS[:2]

SCALE = float(np.hypot(*(_EYES[1] - _EYES[0]))) / EYES_APART
"""Pixels of a crop to one of its patch."""

CORNER = _EYES.mean(axis=0) - SCALE * np.array(EYES_AT)
"""The patch's top left corner, x and y in pixels of the crop."""
