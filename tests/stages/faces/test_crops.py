import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from stages.face_template import CORNER, SCALE
from stages.faces.crops import blocks_at, cut_face, cut_patch


def _pose(x, y, scale=1.0, rotation=0.0):
    return np.array([x, y, np.log(scale), rotation])


def make_crop(frame, pose):
    return np.asarray(_cut(frame, pose)[0])


def _cut(frame, pose):
    return cut_face(frame, pose, blocks_at(pose[2]))


def _grey(luma):
    """An I420 frame without colour."""
    height, width = luma.shape
    return np.vstack([luma, np.full((height // 2, width), 128, np.uint8)])


def _luma_of(crop):
    """The luma of a crop without colour, as it was before conversion."""
    return crop[..., 0].astype(float) * 219 / 255 + 16


def test_a_crop_of_scale_one_is_the_picture_itself(portrait, portrait_frame):
    crop = make_crop(portrait_frame, _pose(150, 120)).astype(int)
    assert crop.shape == (112, 112, 3)
    assert np.abs(crop - portrait[64:176, 94:206]).mean() < 3


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.7, 2.5])
@pytest.mark.parametrize("rotation", [0.0, 0.4])
def test_pixels_come_from_where_the_pose_says(scale, rotation):
    x, y = np.meshgrid(np.arange(400), np.arange(400))
    frame = _grey(np.rint(30 + (x + y) / 4).astype(np.uint8))
    crop = make_crop(frame, _pose(200, 190, scale, rotation))
    u, v = np.meshgrid(np.arange(112) - 55.5, np.arange(112) - 55.5)
    there = (
        scale * (np.cos(rotation) * u - np.sin(rotation) * v) + 199.5,
        scale * (np.sin(rotation) * u + np.cos(rotation) * v) + 189.5,
    )
    error = _luma_of(crop) - (30 + (there[0] + there[1]) / 4)
    assert np.abs(error).max() < 2
    assert abs(error.mean()) < 0.6


def test_detail_too_fine_for_the_crop_becomes_grey_and_does_not_flicker():
    stripes = np.where(np.arange(400) % 3 == 0, 220, 40).astype(np.uint8)
    frame = _grey(np.tile(stripes, (400, 1)))
    crops = [make_crop(frame, _pose(200 + shift, 200, 3.4)) for shift in (0, 0.5, 1.0)]
    for crop in crops:
        assert _luma_of(crop).std() < 16  # the stripes' own is 85
    assert np.abs(crops[0].astype(int) - crops[1]).mean() < 12


def test_what_lies_outside_the_frame_is_black():
    frame = _grey(np.full((200, 200), 235, np.uint8))
    crop = make_crop(frame, _pose(0, 100))
    assert crop[:, :54].max() == 0
    assert crop[:, 58:].min() == 255
    assert make_crop(frame, _pose(-500, 100)).max() == 0
    assert make_crop(frame, _pose(500, 900, 2.0, 0.3)).max() == 0


def test_a_frame_of_two_pixels_can_be_cropped():
    crop = make_crop(_grey(np.full((2, 2), 235, np.uint8)), _pose(1, 1, 0.1))
    assert crop.shape == (112, 112, 3)


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.4, 2.0])
def test_a_patch_is_sampled_once_from_the_picture_itself(scale, portrait_frame):
    patch = np.asarray(_cut(portrait_frame, _pose(150, 120, scale, 0.1))[1])
    luma = portrait_frame[: portrait_frame.shape[0] * 2 // 3].astype(float)
    column, row = CORNER[:, None, None] + SCALE * (np.mgrid[:128, :128][::-1] + 0.5) - 56
    turn = scale * np.exp(0.1j) * (column + 1j * row) + 150 + 120j - 0.5 - 0.5j
    there = map_coordinates(luma, [turn.imag, turn.real], order=1, cval=16)
    assert np.abs(patch - there)[8:-8, 8:-8].max() <= 1


def test_a_patch_alone_is_the_one_beside_the_crop(portrait_frame):
    for scale in (1.0, 2.7, 4.0):
        there = _pose(150, 120, scale, 0.1)
        alone = cut_patch(portrait_frame, there, blocks_at(there[2]))
        assert (
            np.abs(np.asarray(alone) - np.asarray(_cut(portrait_frame, there)[1], int)).max() <= 1
        )
