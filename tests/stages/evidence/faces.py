"""A real face as a patch, and the same face moved by known amounts."""

from functools import cache

import numpy as np
import skimage.data
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, spline_filter
from skimage.color import rgb2gray

from stages.evidence.movement.points import MIDDLE
from stages.face_template import PATCH

Array = NDArray[np.float64]

SCALE, COLUMN, ROW = 1.053, 224.63, 123.2  # of a patch in the portrait, and where its middle lies


@cache
def _portrait() -> Array:
    """Cubic splines through the grey levels of the portrait, [512, 512]."""
    return np.asarray(spline_filter(255 * rgb2gray(skimage.data.astronaut())))


def grid() -> tuple[Array, Array]:
    """x and y of the pixels of a patch, the first pixel's middle at (0.5, 0.5); [128, 128]."""
    y, x = np.mgrid[:PATCH, :PATCH] + 0.5
    return x, y


def picture(x: Array, y: Array) -> NDArray[np.uint8]:
    """The face where a patch's pixels show what lies at (x, y) of the face at rest; [128, 128]."""
    column, row = COLUMN + SCALE * (x - MIDDLE), ROW + SCALE * (y - MIDDLE)
    grey = map_coordinates(_portrait(), [row, column], mode="nearest", prefilter=False)
    return np.clip(grey.round(), 0, 255).astype(np.uint8)


def at_rest() -> NDArray[np.uint8]:
    """The face, [128, 128], with the eyes where patches have them."""
    return picture(*grid())


def resting(count: int) -> NDArray[np.uint8]:
    """The face that does nothing, [count, 128, 128]."""
    return np.repeat(at_rest()[None], count, axis=0)


def carried(growth: float, roll: float, across: float, down: float) -> NDArray[np.uint8]:
    """The face under the similarity that `stages.evidence.movement.head` would give for it."""
    x, y = grid()
    a, b = 1 + growth / 32, roll / 32
    u, v = x - MIDDLE - across, y - MIDDLE - down
    size = a * a + b * b
    return picture(MIDDLE + (a * u + b * v) / size, MIDDLE + (a * v - b * u) / size)


def pulled(
    place: tuple[float, float], by: tuple[float, float], reach: float = 18.0
) -> NDArray[np.uint8]:
    """The face with what lies around a place moved by some pixels, and by less further off."""
    x, y = grid()
    from_x, from_y = x.copy(), y.copy()
    for _ in range(20):
        away = np.hypot(from_x - place[0], from_y - place[1])
        share = np.exp(-((away / reach) ** 4))
        from_x, from_y = x - by[0] * share, y - by[1] * share
    return picture(from_x, from_y)
