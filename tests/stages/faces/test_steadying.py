import numpy as np
import pytest
from PIL import Image

from stages.faces.alignment import crop_to_frame
from stages.faces.steadying import movements

POSE = np.array([144.6, 107.9, np.log(1.2), 0.0])  # over the portrait's face


@pytest.fixture(scope="module")
def moved(portrait, to_i420):
    """Frames of the portrait moved along poses, [m, 4]."""

    def move(poses):
        return np.stack([to_i420(_moved(portrait, one)) for one in poses])

    return move


def _moved(picture, pose):
    square = [np.vstack([crop_to_frame(one), [0, 0, 1]]) for one in (POSE, pose)]
    matrix = square[0] @ np.linalg.inv(square[1])
    size = picture.shape[1], picture.shape[0]
    bent = Image.fromarray(picture).transform(
        size, Image.Transform.AFFINE, tuple(matrix[:2].ravel()), Image.Resampling.BICUBIC
    )
    return np.asarray(bent)


def test_a_head_that_moves_turns_and_nears_is_followed_to_about_a_pixel(moved):
    clock = np.linspace(0, 2 * np.pi, 25)[:, None]
    there = POSE + np.sin(clock) * [6.0, -4.0, 0.05, 0.08]
    found = movements(moved(there), np.arange(25), np.tile(POSE, (25, 1)))
    error = np.abs(found - (there - there[0]))
    assert error[:, :2].max() < 1.2
    assert error[:, 2:].max() < 0.025


def test_what_the_poses_follow_already_is_no_movement(moved):
    there = POSE + np.linspace(0, 1, 12)[:, None] * [12.0, 5.0, 0.1, 0.1]
    found = movements(moved(there), np.arange(12), there)
    assert np.abs(found[:, :2]).max() < 0.6
    assert np.abs(found[:, 2:]).max() < 0.012


def test_a_mouth_that_opens_is_no_movement_of_the_head(moved):
    frames = moved(np.tile(POSE, (6, 1)))
    frames[3:, 138:165, 120:170] = 30
    assert np.abs(movements(frames, np.arange(6), np.tile(POSE, (6, 1)))).max() < 0.05


@pytest.mark.parametrize("frame", ["grey", "noise", "outside"])
def test_where_there_is_nothing_to_follow_the_poses_stand(frame, moved):
    frames = moved(np.tile(POSE, (5, 1)))
    poses = np.tile(POSE, (5, 1))
    if frame == "grey":
        frames[:] = 128
    elif frame == "noise":
        frames[:] = np.random.default_rng(0).integers(0, 256, frames.shape)
    else:
        poses[:, 0] = -900
    found = movements(frames, np.arange(5), poses)
    assert np.isfinite(found).all()
    assert np.abs(found[:, 2:]).max() < 0.8
    if frame != "noise":
        assert np.abs(found).max() < 1e-6
