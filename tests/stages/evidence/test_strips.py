"""The picture of an event."""

import io

import numpy as np
from PIL import Image

from stages.evidence.spotting.spotted import Spotted
from stages.evidence.strips import strip


def test_onset_apex_and_offset_stand_side_by_side_in_grey():
    patches = np.repeat(np.uint8([10, 60, 110, 160, 210]), 128 * 128).reshape(5, 128, 128)
    file = strip(patches, Spotted("micro", 0, 2, 4, 9.0, 6.0, False))
    picture = Image.open(io.BytesIO(file))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "L", (384, 128))
    shown = np.asarray(picture)[64, [64, 192, 320]]
    np.testing.assert_allclose(shown.astype(int), [10, 110, 210], atol=3)
