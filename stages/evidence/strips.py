"""Onset, apex and offset of an event side by side, for a person to look at."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.evidence.spotting.spotted import Spotted

QUALITY = 75


def strip(patches: NDArray[np.uint8], one: Spotted) -> bytes:
    """A grey JPEG, 384 x 128 pixels, of patches [n, 128, 128]."""
    shown = [patches[at] for at in (one.onset, one.apex, one.offset)]
    file = io.BytesIO()
    Image.fromarray(np.hstack(shown)).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
