"""Cutting aligned crops and patches out of I420 frames.

Luma is sampled more densely than a patch holds it, on a sheet over both, and
crop and patch are scaled down from that. So a face looks the same at every sub-pixel shift: one
that glides does not shimmer.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.alignment import CROP, crop_to_frame
from stages.faces.i420 import BLACK, Frame, planes, rgb
from stages.faces.patches import CORNER, PATCH, SCALE
from stages.faces.tracks import Track
from stages.faces.warping import warp

DENSITY = 1.25  # pixels of the sheet to one of the patch
ABOVE = 15  # rows of the sheet above the patch, where the crop reaches higher
SHEET = (int(PATCH * DENSITY), int(PATCH * DENSITY) + ABOVE)  # width and height
PIXEL = SCALE / DENSITY  # pixels of the crop to one of the sheet

_PATCH_BOX = (0, ABOVE, *SHEET)
_SHEET_CORNER = CORNER - [0.0, ABOVE * PIXEL]  # pixels of the crop
_CROP_BOX = (*(-_SHEET_CORNER / PIXEL), *((CROP - _SHEET_CORNER) / PIXEL))


@dataclass(frozen=True)
class Cuts:
    """What is cut out of frames, in order of track, then time. Outside the frame is black."""

    crops: NDArray[np.uint8]  # [C, 112, 112, 3] RGB
    patches: NDArray[np.uint8]  # [C, 128, 128], luma


def no_cuts(number: int = 0) -> Cuts:
    """Room for `number` crops and as many patches."""
    return Cuts(
        np.empty((number, CROP, CROP, 3), np.uint8), np.empty((number, PATCH, PATCH), np.uint8)
    )


def cut_faces(
    frames: NDArray[np.uint8], tracks: list[Track], poses: list[NDArray[np.float64]]
) -> Cuts:
    """The crops and patches of `tracks`.

    Args:
        frames: uint8 [J, H * 3 / 2, W], I420.
        poses: of each track, [m, 4], one for each of its frames.
    """
    cuts = no_cuts(sum(len(track.frames) for track in tracks))
    row = 0
    for track, of_track in zip(tracks, poses, strict=True):
        usual = math.exp(float(np.median(of_track[:, 2])))  # one for all, or a face would blink
        for index, pose in zip(track.frames, of_track, strict=True):
            crop, patch = cut_face(frames[index], pose, usual)
            cuts.crops[row], cuts.patches[row] = np.asarray(crop), np.asarray(patch)
            row += 1
    return cuts


def cut_face(
    frame: Frame, pose: NDArray[np.float64], usual: float
) -> tuple[Image.Image, Image.Image]:
    """One crop and one patch.

    Args:
        usual: pixels of the frame to one of the crop, as usual in the track.
    """
    blocks = max(1, int(usual))  # what falls into one pixel of the crop, is averaged first
    matrix = crop_to_frame(pose)
    y, u, v = planes(frame)
    sheet = warp(y, _zoomed(matrix, PIXEL, _SHEET_CORNER), SHEET, BLACK[0], blocks=blocks)
    half = _zoomed(matrix / 2, 2.0, np.zeros(2))
    colours = (
        warp(plane, half, (CROP // 2, CROP // 2), outside, blocks=blocks).resize(
            (CROP, CROP), Image.Resampling.BILINEAR
        )
        for plane, outside in ((u, BLACK[1]), (v, BLACK[2]))
    )
    luma = sheet.resize((CROP, CROP), Image.Resampling.HAMMING, box=_CROP_BOX)
    patch = sheet.resize((PATCH, PATCH), Image.Resampling.HAMMING, box=_PATCH_BOX)
    return rgb(luma, *colours), patch


def _zoomed(
    matrix: NDArray[np.float64], pixel: float, corner: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`matrix` for a picture with `corner` at its origin and pixels `pixel` times as large."""
    turn = matrix[:, :2]
    return np.hstack([turn * pixel, (turn @ corner + matrix[:, 2])[:, None]])
