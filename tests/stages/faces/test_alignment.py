import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.face_template import ARCFACE_POINTS
from stages.faces.alignment import BOX_SIDE, crop_to_frame, pose
from stages.faces.detectors.detector import Detection
from stages.faces.poses import smoothed_poses
from stages.faces.tracklet import Tracklet
from stages.faces.tracks import interpolate

BOX = np.array([100.0, 50, 190, 140])


def _place(pose_of_crop, points):
    matrix = crop_to_frame(pose_of_crop)
    return points @ matrix[:, :2].T + matrix[:, 2]


@settings(deadline=None)
@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.2, 5), st.floats(-1.5, 1.5))
def test_landmarks_come_to_arcfaces_places(x, y, scale, rotation):
    wanted = np.array([x, y, np.log(scale), rotation])
    points = _place(wanted, ARCFACE_POINTS)
    found = pose(Detection(BOX, 0.9, points))
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    np.testing.assert_allclose(_place(found, ARCFACE_POINTS), points, atol=1e-4)


def test_landmarks_that_fall_together_leave_the_box():
    broken = Detection(BOX, 0.9, np.full((5, 2), 120.0))
    np.testing.assert_array_equal(pose(broken), pose(Detection(BOX, 0.9)))


def test_a_box_of_the_crops_own_scale_is_moved_only():
    x, y, log_scale, rotation = pose(Detection(np.array([0.0, 0, BOX_SIDE, BOX_SIDE]), 0.9))
    assert (log_scale, rotation) == (0, 0)
    top_left = _place(np.array([x, y, log_scale, rotation]), np.array([[11.0, 19.0]]))
    np.testing.assert_allclose(top_left, [[0, 0]], atol=1e-9)


def test_a_head_that_tilts_past_half_a_turn_does_not_spin_back():
    clock = np.arange(31) / 30
    angles = [3.0, 3.1, 3.2, 3.3]  # beyond pi the raw angle jumps to minus pi
    detections = [
        Detection(BOX, 0.9, _place(np.array([100, 100, 0, angle]), ARCFACE_POINTS))
        for angle in angles
    ]
    seen = Tracklet(clock[[0, 10, 20, 30]].tolist(), detections)
    poses = smoothed_poses(interpolate(seen, clock, 0.2), 0.2)
    assert np.abs(np.diff(poses[:, 3])).max() < 0.05


def test_a_detector_that_jitters_moves_the_crop_by_hundredths_of_a_pixel():
    rng = np.random.default_rng(3)
    clock = np.arange(150) / 30
    seen = Tracklet(
        clock[::10].tolist(), [Detection(BOX + rng.uniform(-2, 2, 4), 0.9) for _ in clock[::10]]
    )
    corners = np.array([[0.0, 0], [112, 0], [0, 112], [112, 112]])
    stretch = interpolate(seen, clock, 0.35)
    placed = [_place(one, corners) for one in smoothed_poses(stretch, 0.35)]
    steps = np.abs(np.diff(np.array(placed), axis=0))
    assert steps.mean() == pytest.approx(0.0, abs=0.05)
    assert steps.max() < 0.3
