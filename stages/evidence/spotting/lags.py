"""A movement against where the face was just before and is soon after."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def off_the_middle(course: Array, lag: int) -> Array:
    """How far each of [n, ...] is off the middle of those `lag` before and after it.

    What drifts steadily comes to nothing; at the ends the first and the last go on.
    """
    at = np.arange(len(course))
    before, after = np.maximum(at - lag, 0), np.minimum(at + lag, len(course) - 1)
    return np.asarray(course - (course[before] + course[after]) / 2)
