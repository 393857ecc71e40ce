"""How much a mouth moves that the movement of its head does not explain.

A patch holds a face still only roughly: heads turn, light changes, alignment trembles. So the
change between two patches is first explained by what the rest of the face does - a shift, a turn,
a change of size or shape (an affine flow, as of Lucas and Kanade, 1981), a change of brightness
and contrast - and of what is left, what changes slowly is taken away: a nose that turns hides and
shows what no such flow explains, but goes on turning, while lips go to and fro with each sound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

BLOCK = 4  # pixels of a patch to a side of a block: averaging takes out grain and codec noise
TOP, BOTTOM, LEFT, RIGHT = 4, 29, 7, 25  # blocks of a patch that are looked at
AT_ONCE = 512  # patches, so that a long window needs no more memory than a short one
RIDGE = 1e-3  # of the mean power, lest a face without texture explains anything
SLOW_S = 0.36  # the change that goes on for as long is a turning head
LEAST_TEXTURE = 1.0  # levels, of a mouth's blocks; what lies outside the frame has none
ROUNDING_S = 1e-6
DARKEST = 6  # blocks that are the opening of a mouth

_ROWS, _COLUMNS = np.mgrid[TOP:BOTTOM, LEFT:RIGHT]
_ACROSS = (_COLUMNS >= 8) & (_COLUMNS < 24)
# Forehead, nose and cheeks, without eyes and brows: lids and brows move by themselves.
_STEADY = (((_ROWS >= 5) & (_ROWS < 8)) | ((_ROWS >= 14) & (_ROWS < 19))) & _ACROSS
_MOUTH = (_ROWS >= 19) & (_ROWS < 28) & (_COLUMNS >= 10) & (_COLUMNS < 22)
_LIPS = (_ROWS >= 19) & (_ROWS < 26) & (_COLUMNS >= 13) & (_COLUMNS < 19)
_LOOKED_AT = _STEADY | _MOUTH
_IS_MOUTH = _MOUTH[_LOOKED_AT]
_DOWN = ((_ROWS[_LOOKED_AT] - 16) / 8).astype(np.float32)
_SIDEWAYS = ((_COLUMNS[_LOOKED_AT] - 16) / 8).astype(np.float32)


@dataclass(frozen=True)
class MouthMotion:
    """What was measured on the m patches of a track; float32 [m] in levels of luma, 0..255.

    Attributes:
        mouth: mean change of the mouth since the patch before that the rest of the face does not
            explain, and which is no slow one; the first patch has that of the second.
        rest: the same of forehead, nose and cheeks: how good the explanation is.
        opening: how much darker than the face the inside of the mouth is.
        visible: bool [m], whether there is a mouth, and not the edge of the frame.
    """

    mouth: Floats
    rest: Floats
    opening: Floats
    visible: NDArray[np.bool_]


def mouth_motion(patches: NDArray[np.uint8], times_s: Array) -> MouthMotion:
    """Measure the patches of one track.

    Args:
        patches: uint8 [m, 128, 128], m >= 1.
        times_s: their times, [m], rising.
    """
    blocks = np.concatenate(
        [_blocks(patches[first : first + AT_ONCE]) for first in range(0, len(patches), AT_ONCE)]
    )
    changes = [
        _unexplained(blocks[first : first + AT_ONCE + 1])
        for first in range(0, len(blocks) - 1, AT_ONCE)
    ]
    none = np.zeros((1, _IS_MOUTH.size), np.float32)
    left = np.concatenate([changes[0][:1] if changes else none, *changes])
    fast = np.abs(left - moving_mean(left, times_s, SLOW_S))
    darkest = np.sort(blocks[:, _LIPS], axis=1)[:, :DARKEST]
    return MouthMotion(
        mouth=fast[:, _IS_MOUTH].mean(axis=1),
        rest=fast[:, ~_IS_MOUTH].mean(axis=1),
        opening=blocks[:, _STEADY].mean(axis=1) - darkest.mean(axis=1),
        visible=blocks[:, _MOUTH].std(axis=1) > LEAST_TEXTURE,
    )


def moving_mean(values: Floats, times_s: Array, length_s: float) -> Floats:
    """Means over the values within half of `length_s` seconds of each time.

    Args:
        values: [m] or [m, n].
        times_s: [m], rising.
    """
    totals: Array = np.zeros((len(values) + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=totals[1:])
    first = np.searchsorted(times_s, times_s - length_s / 2 - ROUNDING_S, "left")
    stop = np.searchsorted(times_s, times_s + length_s / 2 + ROUNDING_S, "right")
    number = (stop - first).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray((totals[stop] - totals[first]) / number, np.float32)


def _blocks(patches: NDArray[np.uint8]) -> Floats:
    """Means of the blocks that are looked at, [m, 25, 18]."""
    pixels = patches[:, BLOCK * TOP : BLOCK * BOTTOM, BLOCK * LEFT : BLOCK * RIGHT]
    rows = np.zeros((len(patches), BOTTOM - TOP, pixels.shape[2]), np.uint16)
    for row in range(BLOCK):
        rows += pixels[:, row::BLOCK]
    sums = np.zeros((len(patches), BOTTOM - TOP, RIGHT - LEFT), np.float32)
    for column in range(BLOCK):
        sums += rows[:, :, column::BLOCK]
    return sums / np.float32(BLOCK**2)


def _unexplained(blocks: Floats) -> Floats:
    """The change [m - 1, n] of the n blocks looked at that the steady ones do not explain."""
    middle = (blocks[1:] + blocks[:-1]) / 2
    down = np.asarray(np.gradient(middle, axis=1))[:, _LOOKED_AT]
    sideways = np.asarray(np.gradient(middle, axis=2))[:, _LOOKED_AT]
    level = middle[:, _LOOKED_AT] / 64 - 1
    causes = np.stack(
        [
            sideways,
            sideways * _SIDEWAYS,
            sideways * _DOWN,
            down,
            down * _SIDEWAYS,
            down * _DOWN,
            level,
            np.ones_like(level),
        ],
        axis=2,
    )
    change = (blocks[1:] - blocks[:-1])[:, _LOOKED_AT, None]
    steady = np.ascontiguousarray(causes[:, ~_IS_MOUTH])
    turned = steady.transpose(0, 2, 1)
    power = turned @ steady
    ridge = RIDGE * (np.trace(power, axis1=1, axis2=2) / power.shape[1] + 1)
    power += ridge[:, None, None] * np.eye(power.shape[1], dtype=np.float32)
    weights = np.linalg.solve(power, turned @ change[:, ~_IS_MOUTH])
    left: Floats = (change - causes @ weights)[..., 0]
    return left
