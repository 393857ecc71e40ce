"""Patches of a made-up face that talks, smiles, turns or rests, and a voice to go with it."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

FPS = 25
PATCH = 128
Array = NDArray[np.float64]


def clock(seconds: float) -> Array:
    """Times of the frames, [m]."""
    return np.arange(round(seconds * FPS)) / FPS


def syllables(seconds: float, seed: int) -> Array:
    """How loud a voice is, 0..1, about four syllables a second of uneven length; [m]."""
    rng = np.random.default_rng(seed)
    ends = np.cumsum(rng.uniform(0.16, 0.34, round(seconds * 8)))
    levels = rng.uniform(0.5, 1.0, len(ends))
    number = np.searchsorted(ends, clock(seconds))
    starts = np.concatenate([[0.0], ends])[number]
    phase = (clock(seconds) - starts) / (ends[number] - starts)
    return np.asarray(levels[number] * np.sin(np.pi * phase) ** 2)


def voice(level: Array) -> dict[str, list[float]]:
    """VOICE of `stages.rows`, as far as it is read, for levels at 25 a second."""
    return {"loudness_curve_db": (20 * np.log10(0.2 * level + 1e-4)).tolist()}


def face(
    opening: Array, *, turning: float = 0.0, brightness: Array | None = None, seed: int = 0
) -> NDArray[np.uint8]:
    """Patches uint8 [m, 128, 128] of a face with a mouth open so far, 0..1.

    Args:
        turning: how far it shifts, rolls, and turns, about pixels.
        brightness: factors, [m].
    """
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:PATCH, 0:PATCH].astype(np.float64)
    skin = 130 + 400 * gaussian_filter(rng.standard_normal((PATCH, PATCH)), 5)
    nose = np.exp(-(((columns - 64) / 28) ** 2) - ((rows - 68) / 38) ** 2)
    sway = gaussian_filter(rng.standard_normal((len(opening), 5)), (8, 0)) * turning * 4
    light = np.ones(len(opening)) if brightness is None else brightness
    pictures = np.empty((len(opening), PATCH, PATCH), np.uint8)
    for index, (wide, (x, y, roll, yaw, pitch)) in enumerate(zip(opening, sway, strict=True)):
        lips = ((columns - 64) / 14) ** 2 + ((rows - 88) / (1.5 + 9 * wide)) ** 2
        picture = np.where(lips < 1, 40, skin)
        moved = [
            rows + y + roll * (columns - 64) / 60 + pitch * nose,
            columns + x - roll * (rows - 64) / 60 + yaw * nose,
        ]
        seen = map_coordinates(picture, moved, order=1, mode="nearest") * light[index]
        pictures[index] = np.clip(seen + rng.normal(0, 1.5, seen.shape), 0, 255)
    return pictures
