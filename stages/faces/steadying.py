"""How a head moves from frame to frame, between what the detector says a few times a second.

Small pictures of the face, cut along its smoothed poses, are registered each to the one before
(Baker and Matthews, "Lucas-Kanade 20 Years On", IJCV 2004: inverse compositional) on what is rigid:
forehead, nose and cheeks, not brows, eyes and mouth. Pixels that disagree count less.
"""

import math

import numpy as np
from numpy.typing import NDArray

from stages.faces.alignment import CENTRE, crop_to_frame
from stages.faces.i420 import BLACK, luma
from stages.faces.warping import warp

SIDE = 40  # pixels of a small picture, centred on the crop; more of them cost more than they give
PIXEL = 2.8  # pixels of the crop to one of it
ROUNDS = 2
FAR = 4.0  # pixels of it; who moved further between two frames was lost
LARGE = 0.2  # change of scale, or radians
ROUGH = 8.0  # grey levels of disagreement from which a pixel counts less
THIN = 3  # every third pixel says how much brighter all are
BATCH = 64  # pictures at once, so that what they need stays in the processor's cache

LAST = SIDE - 1  # index of the last pixel

Array = NDArray[np.float64]
Pictures = NDArray[np.float32]  # [n, side, side]


def movements(frames: NDArray[np.uint8], indices: NDArray[np.int64], poses: Array) -> Array:
    """How a face moved against its `poses` since the first of them: [m, 4], to be added to them.

    Errors add up over the frames, so that only what is quick can be relied on. Where a face is
    lost, it is taken to move as the poses do.

    Args:
        frames: of the window, uint8 [J, H * 3 / 2, W], I420.
        indices: the face's, [m].
        poses: [m, 4], of `stages.faces.alignment`.
    """
    pictures = _small(frames, indices, poses)
    steps = np.zeros((len(poses), 4))
    for first in range(1, len(poses), BATCH):
        part = slice(first, first + BATCH)
        steps[part] = _steps(pictures[first - 1 : first - 1 + BATCH], pictures[part])
    moved = np.cumsum(steps, axis=0)
    turn = np.exp(poses[:, 2] + 1j * poses[:, 3]) * PIXEL
    shift = np.asarray(turn * (moved[:, 0] + 1j * moved[:, 1]))
    return np.column_stack([shift.real, shift.imag, moved[:, 2:]])


def _small(frames: NDArray[np.uint8], indices: NDArray[np.int64], poses: Array) -> Pictures:
    """The small pictures, [m, side, side]."""
    matrices = crop_to_frame(poses)
    matrices[..., :2] *= PIXEL
    matrices[..., 2] = poses[:, :2] - matrices[..., :2] @ [SIDE / 2, SIDE / 2]
    pictures = np.empty((len(poses), SIDE, SIDE), np.float32)
    for row, (index, log_scale) in enumerate(zip(indices, poses[:, 2].tolist(), strict=True)):
        blocks = max(1, int(PIXEL * math.exp(log_scale)))
        plane = luma(frames[index])
        small = warp(plane, matrices[row], (SIDE, SIDE), BLACK[0], blocks=blocks)
        pictures[row] = np.asarray(small)
    return pictures


def _steps(before: Pictures, after: Pictures) -> Array:
    """x and y in pixels, change of the logarithm of scale, radians: [n, 4]; zeros where lost.

    Args:
        before: [n, side, side].
        after: as many, each the one after.
    """
    before = before[: len(after)]
    down, across = np.asarray(np.gradient(before, axis=(1, 2)))[:, :, RIGID]
    wanted = before[:, RIGID]
    # How brightness changes with each of the four.
    changes = np.stack([across, down, across * _X + down * _Y, down * _X - across * _Y], axis=1)
    steps = np.zeros((len(after), 4), np.float32)
    lost = np.zeros(len(after), bool)
    for _ in range(ROUNDS):
        error = _moved(after, steps) - wanted
        error -= np.median(error[:, ::THIN], axis=1, keepdims=True)
        weighted = changes / (1 + (error / ROUGH) ** 2)[:, None]
        normal = weighted @ changes.transpose(0, 2, 1)
        normal[:, *_DIAGONAL] += 1.0 + 1e-3 * normal[:, *_DIAGONAL]
        steps -= np.linalg.solve(normal, weighted @ error[..., None])[..., 0]
        lost |= (np.abs(steps) > _MOST).any(axis=1)
        steps[lost] = 0
    return steps.astype(np.float64)


def _moved(pictures: Pictures, steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rigid pixels as they were before the steps: read where each has gone, [n, pixels]."""
    x, y, growth, turn = steps.T[..., None]
    column = np.clip(_X + (growth * _X - turn * _Y + x + LAST / 2), 0, LAST - 1e-3)
    row = np.clip(_Y + (turn * _X + growth * _Y + y + LAST / 2), 0, LAST - 1e-3)
    left, top = column.astype(np.int32), row.astype(np.int32)
    column -= left
    row -= top
    at = np.arange(len(steps), dtype=np.int32)[:, None] * SIDE**2 + top * SIDE + left
    flat = pictures.reshape(-1)
    upper, lower = (flat[line] + (flat[line + 1] - flat[line]) * column for line in (at, at + SIDE))
    return np.asarray(upper + (lower - upper) * row)


def _places() -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float32]]:
    """Which pixels of a picture are rigid, [side, side], and where those are from its centre."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5 - SIDE / 2).astype(np.float32)
    across, down = x * PIXEL + CENTRE, y * PIXEL + CENTRE  # pixels of the crop
    face = ((across - 56) / 44) ** 2 + ((down - 58) / 50) ** 2 < 1
    eyes = (np.abs(down - 46) < 15) & (np.abs(across - 56) > 8)
    mouth = (down > 80) | ((np.abs(across - 56) > 22) & (down > 74))
    rigid = face & ~eyes & ~mouth
    return rigid, x[rigid], y[rigid]


RIGID, _X, _Y = _places()
_DIAGONAL = np.diag_indices(4)
_MOST = np.array([FAR, FAR, LARGE, LARGE])
