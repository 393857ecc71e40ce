"""How the head as a whole lies in each patch: a similarity that carries the picture at rest there.

The crops follow a face smoothly and not exactly. What is left is found by least squares on the
brightness of the middle of the face (Lucas & Kanade, IJCAI 1981; gradients of the picture at rest,
as in Baker & Matthews, "Lucas-Kanade 20 years on", IJCV 2004), where neither brows nor eyes nor jaw
move much.
"""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import MIDDLE
from stages.evidence.movement.sampling import Pictures, Pyramid, pyramid, read
from stages.face_template import PATCH

UNIT = 32.0  # pixels; strains are measured at this distance from the middle
ROUNDS = ((4, 4), (2, 3))  # how many times smaller, and how many steps there
SIZE_S = 0.3  # seconds over which the size and the roll of a head change little
LEAST_NOISE = 1.0  # grey levels
OUTLIER = 2.0  # noises from which a pixel counts less than half
STIFFNESS = 1e-3
MOST = 20.0  # pixels: a head that is further off its crops is another, or none
BATCH = 64  # pictures at once, so that what they need stays in the processor's cache

# The middle of the face, pixels of the patch: below the brows, above the mouth.
_TOP, _BOTTOM, _HALF_WIDTH = 38.0, 70.0, 40.0
_EYE = (13.0, 7.0)

Array = NDArray[np.float32]


def middle_of_face(eyes: NDArray[np.float64]) -> Array:
    """How much each pixel of a patch with its `eyes` at [2, 2] counts, 0..1, [128, 128]."""
    y, x = np.mgrid[:PATCH, :PATCH].astype(np.float32)
    weight = np.exp(-(((x - MIDDLE) / _HALF_WIDTH) ** 6))
    weight /= 1 + np.exp(-(y - _TOP) / 1.5)
    weight /= 1 + np.exp((y - _BOTTOM) / 2)
    for column, row in eyes:
        hole = ((x - column) / _EYE[0]) ** 4 + ((y - row) / _EYE[1]) ** 4
        weight *= 1 - np.exp(-hole)
    return np.asarray(weight, np.float32)


def find_head(rest: Pyramid, pictures: Pyramid, weight: Array, rate: float) -> Array:
    """The similarity of each picture of a pyramid to the one at rest, a pyramid of one.

    Args:
        rest: the picture at rest.
        pictures: the others.
        weight: how much each pixel counts, [128, 128].
        rate: pictures a second.

    Returns:
        float32 [n, 4]: growth, roll, and the shift in x and y: a point at (x, y) from the middle,
        in units of 32 pixels, lies at (x, y) * 32 + (growth * x - roll * y + shift_x,
        roll * x + growth * y + shift_y).
    """
    found = np.zeros((len(pictures[1]), 4), np.float32)
    for times, steps in ROUNDS:
        problem = _Problem(rest, weight, times)
        for first in range(0, len(found), BATCH):
            part = slice(first, first + BATCH)
            for _ in range(steps):
                found[part] += problem.step(pictures[times][part], found[part])
                np.clip(found[part], -MOST, MOST, out=found[part])
    return _steadied(found, weight, rate)


def carried(head: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Where places at rest, [..., q] broadcast to [n, ..., q], lie in each of n pictures."""
    growth, roll, across, down = head.T.reshape(4, -1, *[1] * (x.ndim - 1))
    u, v = (x - MIDDLE) / UNIT, (y - MIDDLE) / UNIT
    return x + growth * u - roll * v + across, y + roll * u + growth * v + down


class _Problem:
    """The least squares at one size."""

    def __init__(self, rest: Pyramid, weight: Array, times: int) -> None:
        small = rest[times][0]
        coarse = pyramid(weight[None])[times][0]
        rows, columns = np.nonzero(coarse > 0.2)
        self._times = times
        self._weight = coarse[rows, columns]
        self._grey = small[rows, columns]
        self._x = ((columns + 0.5) * times).astype(np.float32)[None]
        self._y = ((rows + 0.5) * times).astype(np.float32)[None]
        down, across = (slope[rows, columns] / times for slope in np.gradient(small))
        u, v = (self._x[0] - MIDDLE) / UNIT, (self._y[0] - MIDDLE) / UNIT
        brightness = np.ones_like(across)
        contrast = (self._grey - self._grey.mean()) / UNIT
        columns_of = (across * u + down * v, down * u - across * v, across, down)
        # Sums are taken in float64, or the number of threads would show in them.
        self._slopes = np.stack([*columns_of, brightness, contrast], axis=1).astype(np.float64)
        pairs = np.einsum("pi,pj->pij", self._slopes, self._slopes)
        self._pairs = pairs.reshape(len(pairs), -1)

    def step(self, pictures: Pictures, found: Array) -> Array:
        """What to add to the similarities [n, 4]."""
        x, y = carried(found, self._x, self._y)
        off = read(pictures, x / self._times - 0.5, y / self._times - 0.5) - self._grey
        centred = off - np.median(off[:, ::3], axis=1, keepdims=True)
        noise = 1.4826 * np.median(np.abs(centred[:, ::3]), axis=1, keepdims=True) + LEAST_NOISE
        trust = (self._weight / (1 + (centred / (OUTLIER * noise)) ** 2)).astype(np.float64)
        size = self._slopes.shape[1]
        squares = (trust @ self._pairs).reshape(-1, size, size) + STIFFNESS * np.eye(size)
        moments = (trust * off) @ self._slopes
        solved = np.linalg.solve(squares, moments[..., None])[:, :4, 0]
        return np.asarray(-solved, np.float32)


def _steadied(found: Array, weight: Array, rate: float) -> Array:
    """With size and roll smoothed in time, about the middle of what they were measured on.

    A head does not change its size in a tenth of a second: what looks like it is a jaw that pulls
    at the cheeks, and would lift the brows.
    """
    from scipy.ndimage import gaussian_filter1d

    y, x = np.mgrid[:PATCH, :PATCH]
    u = float((weight * (x - MIDDLE)).sum() / weight.sum() / UNIT)
    v = float((weight * (y - MIDDLE)).sum() / weight.sum() / UNIT)
    smooth = gaussian_filter1d(found[:, :2], SIZE_S * rate, axis=0, mode="nearest")
    growth, roll = (found[:, :2] - smooth).T
    shift = found[:, 2:] + np.stack([growth * u - roll * v, roll * u + growth * v], axis=1)
    return np.hstack([smooth, shift]).astype(np.float32)
