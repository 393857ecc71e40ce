import numpy as np
import pytest
from PIL import Image, ImageFilter

from stages.faces.quality import sharpness_of, turn_of

# x to the right, y down, z towards the camera, in distances of the eyes.
HEAD = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, 0.65, 0.5], [-0.42, 1.16, 0], [0.42, 1.16, 0]])


def _seen(yaw=0.0, pitch=0.0, roll=0.0):
    a, b, c = np.radians([yaw, pitch, roll])
    aside = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    up = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    around = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return (HEAD @ (around @ up @ aside).T)[:, :2] * 40 + [200, 100]


@pytest.mark.parametrize("degrees", [-30, -10, 0, 10, 30])
@pytest.mark.parametrize("way", ["yaw", "pitch", "roll"])
def test_a_head_turned_one_way_is_told_within_a_few_degrees(way, degrees):
    found = turn_of(_seen(**{way: degrees}))
    assert getattr(found, way) == pytest.approx(degrees, abs=7)
    others = {"yaw", "pitch", "roll"} - {way}
    assert all(abs(getattr(found, other)) < 4 for other in others)


def test_points_that_fall_together_do_no_harm():
    assert np.isfinite(turn_of(np.zeros((5, 2))).yaw)


def test_the_more_a_face_is_blurred_the_less_sharp_it_is(portrait):
    face = Image.fromarray(portrait[40:190, 70:220]).convert("L").resize((128, 128))
    found = [
        sharpness_of(np.asarray(face.filter(ImageFilter.GaussianBlur(blur))))
        for blur in (0, 1, 2, 4)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.25
    assert found[-1] < 0.1


def test_a_flat_patch_is_not_sharp():
    assert sharpness_of(np.full((128, 128), 90, np.uint8)) == 0.0
