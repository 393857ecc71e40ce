import numpy as np
import pytest

from stages.faces.description import describe, doubts
from stages.faces.detectors.detector import Detection
from stages.faces.tracklet import Tracklet
from stages.faces.tracks import Stretch, Track

FRAMES = np.zeros((8, 150, 200), np.uint8)  # eight frames of 200 x 100


def _track(boxes):
    times_s = 1.0 + np.arange(len(boxes)) / 25
    seen = Tracklet([1.0], [Detection(boxes[0], 0.9)])
    return Track((Stretch(2, times_s, boxes, seen),))


def test_the_box_of_every_frame_is_kept_in_ten_thousandths_within_the_frame():
    boxes = np.array([[20.0, 10, 60, 50], [21.03, 10, 61, 50], [-9, 10, 60, 120]])
    face = describe(_track(boxes), 3, FRAMES, keep_boxes=True)
    assert face["boxes"][:8] == [1000, 1000, 3000, 5000, 1052, 1000, 3050, 5000]
    assert face["boxes"][8:] == [0, 1000, 3000, 10_000]
    assert face["box_times_s"] == [1.0, 1.04, 1.08]
    assert (face["track_id"], face["start_s"], face["end_s"]) == (3, 1.0, 1.08)
    assert face["coverage"] == pytest.approx(3 / 8)
    assert face["box"] == pytest.approx([0.1, 0.1, 0.3, 0.5])


def test_boxes_that_are_not_wanted_are_null():
    face = describe(_track(np.ones((2, 4))), 0, FRAMES, keep_boxes=False)
    assert (face["boxes"], face["box_times_s"]) == (None, None)


def _face(score, coverage):
    return {"score": score, "coverage": coverage, "eye_distance": 30.0, "sharpness": 0.6}


def test_no_face_and_a_weak_or_brief_main_face_are_told():
    assert doubts([], 0.85, 0.2) == ["No face was found in its pictures."]
    assert doubts([_face(0.9, 0.5), _face(0.7, 0.1)], 0.85, 0.2) == []
    (weak,) = doubts([_face(0.8, 0.5)], 0.85, 0.2)
    assert "0.80, below 0.85 (faces.sure_score)" in weak
    (brief,) = doubts([_face(0.9, 0.1)], 0.85, 0.2)
    assert "in 10 % of its pictures, below 20 % (faces.sure_coverage)" in brief
    assert len(doubts([_face(0.8, 0.1)], 0.85, 0.2)) == 2


def test_a_small_or_blurred_main_face_is_told():
    (small,) = doubts([{**_face(0.9, 0.5), "eye_distance": 9.0}], 0.85, 0.2)
    assert "9 pixels between the eyes, below 16" in small
    (blurred,) = doubts([{**_face(0.9, 0.5), "sharpness": 0.04}], 0.85, 0.2)
    assert "sharpness 0.04, below 0.05" in blurred
