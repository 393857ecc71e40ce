"""Cutting aligned RGB crops out of I420 frames."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from stages.faces.alignment import CROP, crop_to_frame, track_poses
from stages.faces.i420 import BLACK, Frame, planes, rgb
from stages.faces.tracks import Track

Crops = NDArray[np.uint8]  # [C, 112, 112, 3]


def make_crops(frames: NDArray[np.uint8], tracks: list[Track], smooth_s: float) -> Crops:
    """The crops of `tracks` in order of track, then time: uint8 [C, 112, 112, 3] RGB.

    Pixels outside the frame are black.
    """
    crops = np.empty((sum(len(track.frames) for track in tracks), CROP, CROP, 3), np.uint8)
    row = 0
    for track in tracks:
        poses = track_poses(track, smooth_s)
        for index, pose_of_crop in zip(track.frames, poses, strict=True):
            crops[row] = make_crop(frames[index], pose_of_crop)
            row += 1
    return crops


def make_crop(frame: Frame, pose_of_crop: NDArray[np.float64]) -> NDArray[np.uint8]:
    """One crop, uint8 [112, 112, 3] RGB. Only the planes' pixels near it are touched."""
    matrix = crop_to_frame(pose_of_crop)
    warped = [
        warp(plane, matrix if full else matrix / 2, outside, CROP)
        for plane, full, outside in zip(planes(frame), (True, False, False), BLACK, strict=True)
    ]
    return np.asarray(rgb(*warped))


def warp(plane: Frame, matrix: NDArray[np.float64], outside: int, side: int) -> Image.Image:
    """Bilinear samples of a plane, `side` pixels square, blurred first where it is shrunk.

    The blur, unlike a mean over blocks, looks the same at every sub-pixel shift: a face that
    glides does not shimmer.
    """
    scale = math.hypot(matrix[0, 0], matrix[1, 0])
    blur = 0.5 * math.sqrt(max(scale**2 - 1, 0.0))
    corners = matrix @ np.array([[0, side, 0, side], [0, 0, side, side], [1, 1, 1, 1]])
    margin = 2 + math.ceil(3 * blur)
    limits = np.array([plane.shape[1], plane.shape[0]])
    low = np.clip(np.floor(corners.min(axis=1) - margin), 0, limits).astype(int)
    high = np.clip(np.ceil(corners.max(axis=1) + margin), 0, limits).astype(int)
    if (high <= low).any():
        return Image.new("L", (side, side), outside)
    region = Image.fromarray(plane[low[1] : high[1], low[0] : high[0]])
    if blur > 0:
        region = region.filter(ImageFilter.GaussianBlur(blur))
    local = matrix - np.array([[0, 0, low[0]], [0, 0, low[1]]])
    return region.transform(
        (side, side),
        Image.Transform.AFFINE,
        tuple(local.ravel()),
        Image.Resampling.BILINEAR,
        fillcolor=outside,
    )
