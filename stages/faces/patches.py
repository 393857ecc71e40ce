"""Luma patches of the whole face, on which movements are measured.

A crop of the model ends at the chin and holds colour; a patch shows forehead and chin and only
brightness. It lies over the face as the crop does, with the eyes 38 pixels apart.
"""

import numpy as np
from numpy.typing import NDArray

from stages.faces.alignment import ARCFACE_POINTS, crop_to_frame, track_poses
from stages.faces.crops import warp
from stages.faces.i420 import BLACK, Frame, luma
from stages.faces.tracks import Track

PATCH = 128  # pixels, the side of a patch
EYES_APART = 38.0  # pixels between the eyes
EYES_AT = (64.0, 44.0)  # pixels, x and y of the point between them

Patches = NDArray[np.uint8]  # [C, 128, 128]


def make_patches(frames: NDArray[np.uint8], tracks: list[Track], smooth_s: float) -> Patches:
    """The patches of `tracks` in order of track, then time: uint8 [C, 128, 128]."""
    patches = np.empty((sum(len(track.frames) for track in tracks), PATCH, PATCH), np.uint8)
    row = 0
    for track in tracks:
        for index, pose in zip(track.frames, track_poses(track, smooth_s), strict=True):
            patches[row] = make_patch(frames[index], pose)
            row += 1
    return patches


def make_patch(frame: Frame, pose_of_crop: NDArray[np.float64]) -> NDArray[np.uint8]:
    """One patch, uint8 [128, 128]; pixels outside the frame are black."""
    return np.asarray(warp(luma(frame), patch_to_frame(pose_of_crop), BLACK[0], PATCH))


def patch_to_frame(pose_of_crop: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix [2, 3] that takes a point of the patch to its place in the frame."""
    eyes = ARCFACE_POINTS[:2]
    scale = np.hypot(*(eyes[1] - eyes[0])) / EYES_APART
    shift = eyes.mean(axis=0) - scale * np.array(EYES_AT)
    patch_to_crop = np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1]])
    return np.asarray(crop_to_frame(pose_of_crop) @ patch_to_crop)
