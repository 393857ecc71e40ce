import numpy as np
import pytest

from stages.faces.detectors.canvas import fit


@pytest.mark.parametrize(
    ("size", "fixed", "canvas"),
    [
        ((640, 360), None, (640, 384)),
        ((360, 640), None, (384, 640)),
        ((320, 180), None, (640, 384)),
        ((640, 2), None, (640, 32)),
        ((640, 360), (320, 320), (320, 320)),
    ],
)
def test_the_input_holds_the_frame_and_little_more(size, fixed, canvas):
    found = fit(size, 640, fixed)
    assert found.size == canvas
    assert (found.scale * size <= canvas).all()
    assert (found.scale > 0).all()


def test_the_frame_lies_in_the_top_left_corner_and_the_rest_is_black():
    grey = np.full((75, 100), 128, np.uint8)  # a frame of 100 x 50
    grey[:50] = 235
    pixels = fit((100, 50), 200).fill(grey)
    assert pixels.shape == (128, 224, 3)
    assert (pixels[:100, :200] == 255).all()
    assert not pixels[100:].any()
    assert not pixels[:, 200:].any()
    assert pixels.dtype == np.uint8
