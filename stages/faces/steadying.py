"""How a head moves from frame to frame, between what the detector says a few times a second.

Small pictures of the face, cut along its smoothed poses, are registered each to the one before
(Baker and Matthews, "Lucas-Kanade 20 Years On", IJCV 2004: inverse compositional) on what is rigid:
forehead, nose and cheeks, not brows, eyes and mouth. Pixels that disagree count less.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.alignment import CENTRE, crop_to_frame
from stages.faces.i420 import BLACK, luma
from stages.faces.warping import warp

SIDE = 40  # pixels of a small picture, centred on the crop; more of them cost more than they give
PIXEL = 2.8  # pixels of the crop to one of it
ROUNDS = 2  # at most
ENOUGH = 0.02  # pixels of it; a round that changes less is the last
FAR = 4.0  # pixels of it; who moved further between two frames was lost
LARGE = 0.2  # change of scale, or radians
ROUGH = 8.0  # grey levels of disagreement from which a pixel counts less

Array = NDArray[np.float64]


def movements(frames: NDArray[np.uint8], indices: NDArray[np.int64], poses: Array) -> Array:
    """How a face moved against its `poses` since the first of them: [m, 4], to be added to them.

    Errors add up over the frames, so that only what is quick can be relied on. Where a face is
    lost, it is taken to move as the poses do.

    Args:
        frames: of the window, uint8 [J, H * 3 / 2, W], I420.
        indices: the face's, [m].
        poses: [m, 4], of `stages.faces.alignment`.
    """
    pictures = [_small(frames[index], pose) for index, pose in zip(indices, poses, strict=True)]
    steps = np.zeros((len(poses), 4))
    for row in range(1, len(poses)):
        steps[row] = _step(np.asarray(pictures[row - 1], np.float32), pictures[row])
    moved = np.cumsum(steps, axis=0)
    turn = np.exp(poses[:, 2] + 1j * poses[:, 3]) * PIXEL
    shift = np.asarray(turn * (moved[:, 0] + 1j * moved[:, 1]))
    return np.column_stack([shift.real, shift.imag, moved[:, 2:]])


def _small(frame: NDArray[np.uint8], pose: Array) -> Image.Image:
    matrix = crop_to_frame(pose)
    turn = matrix[:, :2] * PIXEL
    corner = pose[:2] - turn @ [SIDE / 2, SIDE / 2]
    blocks = max(1, int(np.hypot(*turn[:, 0])))
    return warp(
        luma(frame), np.hstack([turn, corner[:, None]]), (SIDE, SIDE), BLACK[0], blocks=blocks
    )


def _step(before: NDArray[np.float32], after: Image.Image) -> Array:
    """x and y in pixels, change of the logarithm of scale, radians: [4]; zeros if it is lost."""
    down, across = np.asarray(np.gradient(before))
    down, across, wanted = down[RIGID], across[RIGID], before[RIGID]
    # How brightness changes with each of the four.
    changes = np.stack([across, down, across * _X + down * _Y, down * _X - across * _Y])
    step = np.zeros(4)
    for _ in range(ROUNDS):
        error = np.asarray(_moved(after, step), np.float32)[RIGID] - wanted
        error -= np.median(error)
        weighted = changes / (1 + (error / ROUGH) ** 2)
        normal: NDArray[np.float32] = np.asarray(weighted @ changes.T)
        normal[_DIAGONAL] += 1.0 + 1e-3 * normal[_DIAGONAL]
        change = np.linalg.solve(normal, weighted @ error)
        step -= change
        if np.abs(step[:2]).max() > FAR or np.abs(step[2:]).max() > LARGE:
            return np.zeros(4)
        if np.abs(change * _REACH).max() < ENOUGH:
            break
    return step


def _moved(picture: Image.Image, step: Array) -> Image.Image:
    """The picture as it was before the step: sampled where each pixel has gone."""
    _, _, growth, turn = step
    x, y = step[:2] - SIDE / 2 * np.array([growth - turn, growth + turn])
    matrix = (1 + growth, -turn, x, turn, 1 + growth, y)
    return picture.transform(
        (SIDE, SIDE), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )


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
_REACH = np.array([1.0, 1.0, SIDE / 2, SIDE / 2])  # pixels that the margin moves with each
