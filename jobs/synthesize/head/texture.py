"""Irregularity: noise that is drawn once and looked up at places."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

Values = npt.NDArray[np.float32]
Places = npt.NDArray[np.floating[Any]]
_SIZE = 256


@dataclass(frozen=True)
class Texture:
    """Smooth noise of mean 0 and deviation 1 that repeats; each seed looks elsewhere in it."""

    seed: int

    def at(self, across: Places, down: Places, layer: int = 0) -> Values:
        """The noise at places [k] in units of its grain; layers have nothing in common."""
        shift = np.random.default_rng([self.seed, layer]).uniform(0, _SIZE, 2)
        columns, rows = across + shift[0], down + shift[1]
        left, top = np.floor(columns), np.floor(rows)
        x, y = (columns - left).astype(np.float32), (rows - top).astype(np.float32)
        i, j = left.astype(np.int64) % _SIZE, top.astype(np.int64) % _SIZE
        i2, j2 = (i + 1) % _SIZE, (j + 1) % _SIZE
        noise = _noise()
        upper = noise[j, i] * (1 - x) + noise[j, i2] * x
        lower = noise[j2, i] * (1 - x) + noise[j2, i2] * x
        found: Values = upper * (1 - y) + lower * y
        return found


@cache
def _noise() -> Values:
    white = np.random.default_rng(0x5EED).standard_normal((_SIZE, _SIZE))
    smooth = gaussian_filter(white, 0.6, mode="wrap")
    found: Values = (smooth / smooth.std()).astype(np.float32)
    return found


def ramp(values: Places, low: float, high: float) -> Values:
    """0 at `low`, 1 at `high`, smooth between; falls where `low` is the larger."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    found: Values = (share * share * (3 - 2 * share)).astype(np.float32)
    return found


def bump(values: Places, centre: float, width: float) -> Values:
    """1 at `centre`, falling as a bell of this width."""
    found: Values = np.exp(-(((values - np.float32(centre)) / np.float32(width)) ** 2)).astype(
        np.float32
    )
    return found
