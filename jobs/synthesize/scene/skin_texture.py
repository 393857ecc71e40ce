"""Skin that is not of our painting: noise at several scales over a head, and another light."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from jobs.synthesize.head.canvas import Canvas

_SCALES = (0.7, 1.6, 4.0, 10.0, 24.0)  # pixels
_DEVIATION = (0.03, 0.16)  # of the noise of a scale, as a share of the light
_LIGHT = 0.55  # how much lighter one side can be than the middle
_TINT = 0.12
_FADES = 0.12  # share of the height


def textured(canvas: Canvas, rng: np.random.Generator) -> Canvas:
    """The canvas with other skin; what moves with the head carries it along."""
    height, width = canvas.picture.shape[:2]
    # The last row of the canvas goes on below it, so nothing may be seen in it.
    fading = np.clip((height - 1 - np.arange(height)) / (_FADES * height), 0, 1)[:, None]
    field = _light(height, width, rng)
    for scale in _SCALES:
        field = field + rng.uniform(*_DEVIATION) * fading * _noise(height, width, scale, rng)
    colour = 1 + rng.uniform(-_TINT, _TINT, 3)
    blotches = rng.uniform(0, _TINT) * (fading * _noise(height, width, _SCALES[3], rng))[..., None]
    change = field[..., None] * colour + blotches * rng.uniform(-1, 1, 3)
    picture = canvas.picture.copy()
    picture[..., :3] = np.clip(picture[..., :3] * change, 0, picture[..., 3:])
    return replace(canvas, picture=picture)


def _light(height: int, width: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Light from one side, float32 [h, w], about 1."""
    angle = rng.uniform(0, 2 * np.pi)
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    slope = np.cos(angle) * across + np.sin(angle) * down
    found: npt.NDArray[np.float32] = (1 + rng.uniform(0, _LIGHT) * slope).astype(np.float32)
    return found


def _noise(
    height: int, width: int, scale: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Smooth noise float32 [h, w] of deviation 1."""
    rough = rng.standard_normal((height, width), np.float32)
    smooth = gaussian_filter(rough, scale, mode="wrap")
    found: npt.NDArray[np.float32] = smooth / max(float(smooth.std()), 1e-6)
    return found
