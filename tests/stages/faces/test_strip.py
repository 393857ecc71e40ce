import io

import numpy as np
import pytest
from PIL import Image

from stages.faces.strip import face_strip


def _shades(values):
    return np.stack([np.full((112, 112, 3), value, np.uint8) for value in values])


def test_six_crops_stand_side_by_side_evenly_over_time():
    times_s = np.array([0, 1, 2, 3, 4, 5, 5.01, 5.02, 5.03, 5.04])
    jpeg = face_strip(_shades(range(0, 100, 10)), times_s)
    picture = np.asarray(Image.open(io.BytesIO(jpeg)))
    assert picture.shape == (112, 6 * 112, 3)
    shown = picture[56, 56::112, 0].astype(int)
    np.testing.assert_allclose(shown, [0, 10, 20, 30, 40, 90], atol=3)


def test_fewer_crops_make_a_shorter_strip():
    jpeg = face_strip(_shades([10, 200]), np.array([0.0, 1.0]))
    assert Image.open(io.BytesIO(jpeg)).size == (224, 112)


@pytest.mark.parametrize("grain", [1, 2])
def test_even_noise_stays_below_twenty_kilobytes(grain):
    noise = np.random.default_rng(0).integers(0, 256, (6, 112 // grain, 112 // grain, 3), np.uint8)
    crops = noise.repeat(grain, axis=1).repeat(grain, axis=2)
    assert len(face_strip(crops, np.arange(6.0))) < 20_000


def test_no_crops_no_strip():
    assert face_strip(np.empty((0, 112, 112, 3), np.uint8), np.empty(0)) is None
