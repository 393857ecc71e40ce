"""Cutting aligned crops and patches out of I420 frames.

Each is sampled on its own, once: a picture sampled twice is blurred twice, and how much depends on
where its pixels fall, so that a face that glides shimmers.
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
from stages.faces.warping import Matrix, part_of, warp

DENSE = 0.9  # blocks that are averaged, of the pixels of the frame to one of the crop, at most
HALF = CROP // 2  # pixels, the side of a crop's chroma before it is enlarged


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
        blocks = blocks_at(float(np.median(of_track[:, 2])))  # one for all, or a face would blink
        for index, matrix in zip(track.frames, crop_to_frame(of_track), strict=True):
            crop, patch = cut_face(frames[index], matrix, blocks)
            cuts.crops[row], cuts.patches[row] = np.asarray(crop), np.asarray(patch)
            row += 1
    return cuts


def blocks_at(log_scale: float) -> int:
    """Pixels of the frame each way to be averaged before a crop of that scale is sampled."""
    return max(1, int(DENSE * math.exp(log_scale)))


def cut_face(frame: Frame, matrix: Matrix, blocks: int) -> tuple[Image.Image, Image.Image]:
    """One crop and one patch.

    Args:
        matrix: of `stages.faces.alignment.crop_to_frame`.
        blocks: of `blocks_at`.
    """
    y, u, v = planes(frame)
    both = part_of(y, _zoomed(matrix, 1.0, _BOTH_CORNER), _BOTH_SIZE, blocks)
    luma = both.sampled(matrix, (CROP, CROP), BLACK[0])
    half = _zoomed(matrix / 2, 2.0, np.zeros(2))
    colours = (
        warp(plane, half, (HALF, HALF), BLACK[1], blocks=blocks).resize(
            (CROP, CROP), Image.Resampling.BILINEAR
        )
        for plane in (u, v)
    )
    patch = both.sampled(_zoomed(matrix, SCALE, CORNER), (PATCH, PATCH), BLACK[0])
    return rgb(luma, *colours), patch


def cut_patch(frame: Frame, matrix: Matrix, blocks: int) -> Image.Image:
    """One patch alone; see `cut_face`."""
    there = _zoomed(matrix, SCALE, CORNER)
    return warp(planes(frame)[0], there, (PATCH, PATCH), BLACK[0], blocks=blocks)


def _zoomed(matrix: Matrix, pixel: float, corner: NDArray[np.float64]) -> Matrix:
    """`matrix` for a picture with `corner` at its origin and pixels `pixel` times as large."""
    turn = matrix[:, :2]
    return np.hstack([turn * pixel, (turn @ corner + matrix[:, 2])[:, None]])


# What a crop and its patch lie in together, pixels of the crop.
_BOTH_CORNER = np.minimum(CORNER, 0.0)
_BOTH_SIZE = tuple(np.ceil(np.maximum(CORNER + PATCH * SCALE, CROP) - _BOTH_CORNER).tolist())
