import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.faces.detectors.detector import Detection
from stages.faces.tracklet import Tracklet
from stages.faces.tracks import Track, follow, interpolate, rank

STEP = 1 / 3


def face(x, y=100.0, side=80.0, score=0.9, eyes=None):
    points = None
    if eyes is not None:
        points = np.zeros((5, 2))
        points[1] = (eyes, 0)
    return Detection(np.array([x, y, x + side, y + side], float), score, points)


def track(detections, step_s=STEP):
    times_s = np.arange(len(detections)) * step_s
    return follow(times_s, detections, min_score=0.5, max_gap_s=1.0)


def test_two_people_are_two_tracks_whatever_the_order_of_detections():
    left, right = face(0), face(300)
    found = track([[left, right], [right, left], [left, right]])
    assert sorted(one.detections[0].box[0] for one in found) == [0, 300]
    for one in found:
        assert len({detection.box[0] for detection in one.detections}) == 1


def test_a_detection_goes_to_one_track_only():
    found = track([[face(0), face(60)], [face(30)], [face(0), face(60)]])
    used = [id(detection) for one in found for detection in one.detections]
    assert len(used) == len(set(used)) == 5


def test_a_short_miss_is_bridged_and_a_long_one_is_not():
    seen, missed = [face(0)], []
    assert len(track([seen, seen, missed, missed, seen, seen])) == 1
    assert len(track([seen, seen, *[missed] * 4, seen, seen])) == 2


def test_weak_detections_carry_a_track_on_but_begin_none():
    strong, weak, noise = face(0), face(0, score=0.35), face(0, score=0.2)
    (one,) = track([[weak], [strong], [weak], [noise], [strong]])
    assert one.times_s == pytest.approx([STEP, 2 * STEP, 4 * STEP])


def test_a_face_seen_once_is_taken_for_noise():
    assert track([[face(0)], [], []]) == []
    assert track([[face(0)], [face(0, score=0.4)], []]) == []


@pytest.mark.parametrize("step_s", [1.5, 2.0, 5.0, 60.0])
def test_a_face_on_all_of_a_few_pictures_is_one_track_however_far_apart_they_are(step_s):
    (one,) = track([[face(0)], [face(8)], [face(3)], [face(0)]], step_s)
    assert one.times_s == pytest.approx([0, step_s, 2 * step_s, 3 * step_s])
    assert len(track([[face(0)], [face(0)], [], [face(0)]], step_s)) == 1
    assert len(track([[face(0)], [face(0)], [], [], [face(0)], [face(0)]], step_s)) == 2


def test_a_face_on_one_of_a_few_pictures_far_apart_is_kept():
    assert len(track([[], [face(0)], []], step_s=2.0)) == 1
    assert track([[], [face(0, score=0.4)], []], step_s=2.0) == []


def test_a_face_that_comes_back_a_little_aside_is_the_same():
    gone = [[]] * 2
    assert len(track([[face(0)]] * 2 + gone + [[face(70)]] * 2)) == 1
    assert len(track([[face(0)]] * 2 + gone + [[face(90)]] * 2)) == 2


def test_one_who_comes_back_far_nearer_to_the_camera_is_another():
    assert len(track([[face(0)]] * 2 + [[]] * 2 + [[face(0, 100, 200)]] * 2)) == 2


def test_who_stays_is_not_taken_for_who_left():
    left, right = face(0), face(70)
    found = track([[left, right], [left, right], [right], [right], [left, right]])
    assert sorted((one.detections[0].box[0], len(one.times_s)) for one in found) == [
        (0, 3),
        (70, 5),
    ]


def test_a_weak_detection_aside_carries_nothing_on():
    (one,) = track([[face(0)], [face(0)], [face(70, score=0.35)], [face(0)]])
    assert {detection.box[0] for detection in one.detections} == {0}


def test_a_picture_that_was_looked_at_once_can_have_a_face():
    assert len(track([[face(0)]])) == 1


def test_nothing_found_is_no_track():
    assert track([[], []]) == []
    assert track([]) == []


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.builds(
                face, st.floats(0, 500), st.floats(0, 300), st.floats(5, 200), st.floats(0, 1)
            ),
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_track_is_sound(detections):
    found = track(detections)
    used = [id(detection) for one in found for detection in one.detections]
    assert len(used) == len(set(used))
    for one in found:
        gaps = np.diff(one.times_s)
        assert (gaps > 0).all()
        assert (gaps <= 1.0).all()
        assert one.scores.max() >= 0.5


def test_boxes_between_detections_are_interpolated_on_the_clock():
    clock = np.array([0, 0.1, 0.35, 0.5, 0.75, 1.0, 1.4])
    sightings = Tracklet([0.1, 0.5, 1.0], [face(10), face(50), face(100)])
    one = interpolate(sightings, clock, smooth_s=0.05)
    assert one.first == 1
    assert one.times_s.tolist() == [0.1, 0.35, 0.5, 0.75, 1.0]
    assert one.boxes[0, 0] == pytest.approx(10, abs=1)
    assert one.boxes[-1, 0] == pytest.approx(100, abs=1)
    assert (np.diff(one.boxes[:, 0]) >= 0).all()
    np.testing.assert_allclose(one.boxes[:, 2] - one.boxes[:, 0], 80)


def _followed(x, y, side, start, stop, **seen):
    clock = np.arange(60) / 30
    times_s = clock[[start, stop]].tolist()
    seen_at = Tracklet(times_s, [face(x, y, side, **seen)] * 2)
    return Track((interpolate(seen_at, clock, smooth_s=0.3),))


def test_the_large_and_lasting_face_is_the_main_one():
    small = _followed(0, 0, 40, 0, 59)
    brief = _followed(300, 0, 120, 0, 4)
    main = _followed(100, 0, 100, 0, 50)
    assert rank([small, brief, main], most=8) == [main, small, brief]
    assert rank([small, brief, main], most=1) == [main]


def test_a_face_is_the_main_one_before_a_larger_ear_or_back_of_a_head():
    front = _followed(0, 0, 60, 0, 59, score=0.92, eyes=24)
    ear = _followed(300, 0, 90, 0, 59, score=0.8, eyes=17)
    back = _followed(500, 0, 200, 0, 59, score=0.7, eyes=50)
    assert rank([ear, back, front], most=8)[0] is front


def test_without_landmarks_the_score_still_counts():
    front = _followed(0, 0, 60, 0, 59, score=0.9)
    lid = _followed(300, 0, 120, 0, 59, score=0.6)
    assert rank([lid, front], most=8) == [front, lid]


def test_a_face_followed_twice_is_kept_once():
    whole = _followed(0, 0, 100, 0, 59)
    again = _followed(5, 5, 95, 20, 40)
    later = _followed(300, 0, 95, 20, 40)
    assert rank([again, whole, later], most=8) == [whole, later]


def test_faces_at_one_place_at_different_times_are_both_kept():
    assert len(rank([_followed(0, 0, 100, 0, 20), _followed(0, 0, 100, 30, 50)], most=8)) == 2
