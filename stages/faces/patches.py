"""Where the luma patches lie on which movements are measured: over the whole face.

A crop of the model ends at the chin and holds colour; a patch shows forehead and chin and only
brightness. It lies over the face as the crop does, with the eyes 38 pixels apart.
"""

import numpy as np

from stages.faces.alignment import ARCFACE_POINTS

PATCH = 128  # pixels, the side of a patch
EYES_APART = 38.0  # pixels between the eyes
EYES_AT = (64.0, 44.0)  # pixels, x and y of the point between them

_EYES = ARCFACE_POINTS[:2]

SCALE = float(np.hypot(*(_EYES[1] - _EYES[0]))) / EYES_APART
"""Pixels of a crop to one of its patch."""

CORNER = _EYES.mean(axis=0) - SCALE * np.array(EYES_AT)
"""The patch's top left corner, x and y in pixels of the crop."""
