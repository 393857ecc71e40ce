import numpy as np
import pytest

from stages.faces.shots import find_shots

RATE = 25.0


@pytest.fixture
def scene(portrait_frame):
    """A picture that glides slowly to the right, 1 s."""
    return np.stack([np.roll(portrait_frame, shift, axis=1) for shift in range(0, 50, 2)])


@pytest.fixture
def other_scene(portrait, to_i420):
    frame = to_i420(portrait[::-1, ::-1])
    return np.stack([frame] * 25)


def _times(frames):
    return np.arange(len(frames)) / RATE


def test_a_moving_picture_is_one_shot(scene):
    assert find_shots(scene, _times(scene)) == [(0, 25)]


def test_a_change_of_picture_is_a_cut(scene, other_scene):
    frames = np.concatenate([scene, other_scene, scene])
    assert find_shots(frames, _times(frames)) == [(0, 25), (25, 50), (50, 75)]


@pytest.mark.parametrize("length", [1, 3])
def test_a_white_flash_is_no_cut(scene, length):
    frames = scene.copy()
    frames[10 : 10 + length] = 235
    assert find_shots(frames, _times(frames)) == [(0, 25)]


def test_a_flash_between_two_scenes_leaves_one_cut(scene, other_scene):
    frames = np.concatenate([scene, other_scene])
    frames[25] = 235
    shots = find_shots(frames, _times(frames))
    assert [len(shots), shots[0][0], shots[-1][1]] == [2, 0, 50]
    assert shots[1][0] in (25, 26)


def test_light_that_dims_is_no_cut(scene):
    luma = scene.shape[1] * 2 // 3
    frames = scene.copy()
    frames[12:, :luma] = 16 + (frames[12:, :luma].astype(int) - 16) * 7 // 10
    assert find_shots(frames, _times(frames)) == [(0, 25)]


def test_noise_does_not_fall_into_a_shot_a_frame():
    noise = np.random.default_rng(0).integers(0, 256, (50, 27, 32), dtype=np.uint8)
    shots = find_shots(noise, _times(noise))
    assert len(shots) <= 11
    assert [stop for _, stop in shots[:-1]] == [start for start, _ in shots[1:]]


def test_no_frames_no_shots():
    assert find_shots(np.empty((0, 27, 32), np.uint8), np.empty(0)) == []


def test_one_frame_is_one_shot(portrait_frame):
    assert find_shots(portrait_frame[None], np.zeros(1)) == [(0, 1)]
