import numpy as np
import pytest
from PIL import Image

from stages.faces.detectors.detector import MAX_FACES
from stages.faces.detectors.lbp import LbpDetector, group_windows


@pytest.fixture(scope="module")
def detector():
    return LbpDetector(min_face=0.12)


def _grey(luma):
    return np.vstack([luma, np.full((luma.shape[0] // 2, luma.shape[1]), 128, np.uint8)])


def test_the_portraits_face_is_found_where_it_is(detector, portrait_frame):
    (faces,) = detector.detect([portrait_frame])
    x0, y0, x1, y1 = faces[0].box
    nose = (144, 120)
    assert x0 < nose[0] < x1
    assert y0 < nose[1] < y1
    assert 80 < x1 - x0 < 140
    assert faces[0].score > 0.5
    assert faces[0].points is None
    assert [face.score for face in faces] == sorted((face.score for face in faces), reverse=True)


def test_the_score_grows_with_the_number_of_windows():
    once, often = [0.0, 0, 10, 10], [100.0, 100, 120, 120]
    groups = group_windows(np.array([once, *[often] * 5]))
    assert [count for _, count in groups] == [5, 1]
    np.testing.assert_allclose(groups[0][0], often)


def test_an_eye_in_a_face_is_no_face_of_its_own():
    head, eye = [0.0, 0, 100, 100], [20.0, 20, 40, 40]
    ((box, count),) = group_windows(np.array([head] * 6 + [eye] * 2))
    assert (box.tolist(), count) == (head, 6)


@pytest.mark.parametrize("shape", [(2, 2), (16, 16), (24, 24), (26, 26), (24, 640), (360, 26)])
def test_small_and_narrow_frames_hold_no_face_and_do_no_harm(detector, shape):
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    (faces,) = detector.detect([_grey(noise)])
    assert all(face.score < 0.5 for face in faces)


@pytest.mark.slow
def test_of_a_crowd_no_more_than_the_limit_is_kept(portrait):
    head = Image.fromarray(portrait[40:200, 65:225]).convert("L").resize((64, 64))
    (faces,) = LbpDetector(min_face=0.05).detect([_grey(np.tile(np.asarray(head), (8, 8)))])
    assert len(faces) == MAX_FACES


def test_an_empty_picture_has_no_face(detector):
    assert list(detector.detect([_grey(np.full((180, 320), 16, np.uint8))] * 2)) == [[], []]


def test_the_faces_of_a_bright_picture_do_not_depend_on_its_brightness(detector, portrait_frame):
    luma = portrait_frame[: 288 // 2 * 2].astype(int)
    dark, bright = (_grey((luma * 0.7 + add).astype(np.uint8)) for add in (0, 75))
    first, second = detector.detect([dark, bright])
    assert len(first) == len(second) > 0
    np.testing.assert_allclose(first[0].box, second[0].box, atol=3)
