import numpy as np
import pytest
from PIL import Image

from stages.faces.config import FacesConfig
from stages.faces.detectors.detector import MAX_FACES
from stages.faces.detectors.yunet.detector import YunetDetector

EYES_NOSE_MOUTH = np.array([[123, 102], [166, 103], [143, 127], [124, 142], [163, 142]])


@pytest.fixture(scope="module")
def detector():
    return YunetDetector(FacesConfig())


def _only(detector, frame):
    ((face,),) = detector.detect([frame])
    return face


def test_the_portraits_face_and_its_five_points_are_found_where_they_are(detector, portrait_frame):
    face = _only(detector, portrait_frame)
    x0, y0, x1, y1 = face.box
    assert 0.85 < face.score <= 1
    assert 70 < x1 - x0 < 110
    assert 90 < y1 - y0 < 140
    np.testing.assert_allclose(face.points, EYES_NOSE_MOUTH, atol=5)


def test_a_turned_picture_gives_turned_points(detector, portrait, to_i420):
    mirrored = _only(detector, to_i420(portrait[:, ::-1]))
    there_and_back = [288, 0] + np.array([-1, 1]) * mirrored.points[[1, 0, 2, 4, 3]]
    np.testing.assert_allclose(there_and_back, EYES_NOSE_MOUTH, atol=7)


@pytest.mark.parametrize("input_size", [320, 640, 960])
@pytest.mark.parametrize("size", [(576, 288), (288, 576), (480, 480)])
def test_coordinates_are_those_of_the_frame_at_every_shape_and_input(
    size, input_size, portrait, to_i420
):
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    picture[-288:, -288:] = portrait
    face = _only(YunetDetector(FacesConfig(input_size=input_size)), to_i420(picture))
    there = face.points - (size[0] - 288, size[1] - 288)
    np.testing.assert_allclose(there, EYES_NOSE_MOUTH, atol=6)


def test_a_frames_faces_do_not_depend_on_what_is_looked_at_with_it(
    detector, portrait_frame, to_i420, portrait
):
    other = to_i420(portrait[:, ::-1])
    alone = _only(detector, portrait_frame)
    for frames, place in ([portrait_frame, other], 0), ([other] * 3 + [portrait_frame], 3):
        (among,) = list(detector.detect(frames))[place]
        assert (among.box == alone.box).all()
        assert among.score == alone.score
        assert (among.points == alone.points).all()


@pytest.mark.parametrize("shape", [(2, 2), (16, 16), (26, 640), (360, 26), (180, 320)])
def test_an_empty_picture_of_any_shape_has_no_face(detector, shape):
    grey = np.full((shape[0] * 3 // 2, shape[1]), 128, np.uint8)
    assert list(detector.detect([grey])) == [[]]


def test_noise_is_no_face(detector):
    noise = np.random.default_rng(0).integers(0, 256, (270, 320), dtype=np.uint8)
    (faces,) = detector.detect([noise])
    assert all(face.score < 0.5 for face in faces)


def test_of_a_crowd_no_more_than_the_limit_is_kept_best_first(portrait, to_i420):
    head = np.asarray(Image.fromarray(portrait[40:200, 65:225]).resize((64, 64)))
    (faces,) = YunetDetector(FacesConfig(min_face=0.05)).detect([to_i420(np.tile(head, (8, 8, 1)))])
    assert len(faces) == MAX_FACES
    scores = [face.score for face in faces]
    assert scores == sorted(scores, reverse=True)


def test_smaller_faces_than_asked_for_are_left_out(portrait_frame):
    assert list(YunetDetector(FacesConfig(min_face=0.6)).detect([portrait_frame])) == [[]]


def test_a_small_face_beside_a_large_one_brings_a_closer_look(portrait, to_i420):
    small = np.asarray(Image.fromarray(portrait).resize((96, 96)))
    pixels = np.zeros((288, 640, 3), np.uint8)
    pixels[:, :288] = portrait
    pixels[100:196, 400:496] = small
    (faces,) = YunetDetector(FacesConfig(min_face=0.1)).detect([to_i420(pixels)])
    assert sorted(round(face.box[0] / 320) for face in faces) == [0, 1]
    (right,) = [face for face in faces if face.box[0] > 320]
    np.testing.assert_allclose(right.points, np.array(EYES_NOSE_MOUTH) / 3 + [400, 100], atol=3)
