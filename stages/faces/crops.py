"""Cutting aligned crops and patches out of I420 frames.

Each is sampled on its own, once: a picture sampled twice is blurred twice, and how much depends on
where its pixels fall, so that a face that glides shimmers.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.face_template import CORNER, PATCH, SCALE
from stages.faces.alignment import CROP, crop_to_frame
from stages.faces.i420 import BLACK, Frame, planes, rgb
from stages.faces.tracks import Track
from stages.faces.warping import Matrix, part_of, warp

DENSE = 0.9  # blocks that are averaged, of the pixels of the frame to one of the crop, at most

CROP_SIZE, PATCH_SIZE = (CROP, CROP), (PATCH, PATCH)  # width and height
HALF_SIZE = (CROP // 2, CROP // 2)  # of a crop's chroma before it is enlarged


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
        for index, *places in zip(track.frames, *_places(of_track), strict=True):
            crop, patch = _cut(frames[index], _Places(*places), blocks)
            cuts.crops[row], cuts.patches[row] = np.asarray(crop), np.asarray(patch)
            row += 1
    return cuts


def blocks_at(log_scale: float) -> int:
    """Pixels of the frame each way to be averaged before a crop of that scale is sampled."""
    return max(1, int(DENSE * math.exp(log_scale)))


def cut_face(
    frame: Frame, pose: NDArray[np.float64], blocks: int
) -> tuple[Image.Image, Image.Image]:
    """One crop and one patch; `blocks` as of `blocks_at`."""
    return _cut(frame, _places(pose), blocks)


def cut_patch(frame: Frame, pose: NDArray[np.float64], blocks: int) -> Image.Image:
    """One patch alone; see `cut_face`."""
    return warp(planes(frame)[0], _places(pose).patch, PATCH_SIZE, BLACK[0], blocks=blocks)


class _Places(NamedTuple):
    """Where one crop and its patch, or m of them, come from: matrices [2, 3] or [m, 2, 3]."""

    crop: Matrix
    patch: Matrix
    chroma: Matrix  # of the crop, at half the size, in a chroma plane
    both: Matrix  # what crop and patch lie in together


def _places(poses: NDArray[np.float64]) -> _Places:
    crop = crop_to_frame(poses)
    return _Places(
        crop,
        _zoomed(crop, SCALE, CORNER),
        _zoomed(crop / 2, 2.0, np.zeros(2)),
        _zoomed(crop, 1.0, _BOTH_CORNER),
    )


def _zoomed(matrices: Matrix, pixel: float, corner: NDArray[np.float64]) -> Matrix:
    """`matrices` for pictures with `corner` at their origin and pixels `pixel` times as large."""
    zoomed = matrices * pixel
    zoomed[..., 2] = matrices[..., :2] @ corner + matrices[..., 2]
    return zoomed


def _cut(frame: Frame, places: _Places, blocks: int) -> tuple[Image.Image, Image.Image]:
    y, u, v = planes(frame)
    both = part_of(y, places.both, _BOTH_SIZE, blocks)
    luma = both.sampled(places.crop, CROP_SIZE, BLACK[0])
    coarse = -(-blocks // 2)  # chroma has half the detail as it is
    colours = (
        warp(plane, places.chroma, HALF_SIZE, BLACK[1], blocks=coarse).resize(
            CROP_SIZE, Image.Resampling.BILINEAR
        )
        for plane in (u, v)
    )
    return rgb(luma, *colours), both.sampled(places.patch, PATCH_SIZE, BLACK[0])


# What a crop and its patch lie in together, pixels of the crop.
_BOTH_CORNER = np.minimum(CORNER, 0.0)
_BOTH_SIZE = tuple(np.ceil(np.maximum(CORNER + PATCH * SCALE, CROP) - _BOTH_CORNER).tolist())
