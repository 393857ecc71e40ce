import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.faces.detectors.detector import Detection
from stages.faces.tracks import Tracklet, follow, interpolate, rank

STEP = 1 / 3


def face(x, y=100.0, side=80.0, score=0.9):
    return Detection(np.array([x, y, x + side, y + side], float), score)


def track(detections):
    times_s = np.arange(len(detections)) * STEP
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
    assert list(one.frames) == [1, 2, 3, 4, 5]
    assert one.times_s.tolist() == [0.1, 0.35, 0.5, 0.75, 1.0]
    assert one.boxes[0, 0] == pytest.approx(10, abs=1)
    assert one.boxes[-1, 0] == pytest.approx(100, abs=1)
    assert (np.diff(one.boxes[:, 0]) >= 0).all()
    np.testing.assert_allclose(one.boxes[:, 2] - one.boxes[:, 0], 80)


def _followed(x, y, side, start, stop):
    clock = np.arange(60) / 30
    times_s = clock[[start, stop]].tolist()
    return interpolate(Tracklet(times_s, [face(x, y, side)] * 2), clock, smooth_s=0.3)


def test_the_large_and_lasting_face_is_the_main_one():
    small = _followed(0, 0, 40, 0, 59)
    brief = _followed(300, 0, 120, 0, 4)
    main = _followed(100, 0, 100, 0, 50)
    assert rank([small, brief, main], most=8) == [main, small, brief]
    assert rank([small, brief, main], most=1) == [main]


def test_a_face_followed_twice_is_kept_once():
    whole = _followed(0, 0, 100, 0, 59)
    again = _followed(5, 5, 95, 20, 40)
    later = _followed(300, 0, 95, 20, 40)
    assert rank([again, whole, later], most=8) == [whole, later]


def test_faces_at_one_place_at_different_times_are_both_kept():
    assert len(rank([_followed(0, 0, 100, 0, 20), _followed(0, 0, 100, 30, 50)], most=8)) == 2
