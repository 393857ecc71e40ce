"""What is behind people, and what is shown where nobody is."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, zoom

Picture = npt.NDArray[np.float32]
Random = np.random.Generator


def draw_background(rng: Random, height: int, width: int) -> Picture:
    """A place, out of focus, float32 [height, width, 3] RGB, 0..1."""
    kinds = (_wall, _room, _shelves, _window, _trees)
    picture = kinds[int(rng.integers(len(kinds)))](rng, height, width)
    return _softened(picture, rng.uniform(1.5, 6) * height / 256)


def draw_still_life(rng: Random, height: int, width: int) -> Picture:
    """What a shot without a face shows: a table with things on it, or a place in focus."""
    if rng.random() < 0.4:
        kinds: tuple[Callable[..., Picture], ...] = (_room, _shelves, _trees)
        picture = kinds[int(rng.integers(len(kinds)))](rng, height, width)
        return _softened(picture, 0.6)
    picture = _wall(rng, height, width)
    edge = int(height * rng.uniform(0.45, 0.65))
    picture[edge:] = _tone(rng, 0.15, 0.5)
    for _ in range(int(rng.integers(3, 7))):
        _box(picture, rng, edge, (0.06, 0.2), (0.1, 0.32))
    return _softened(picture, 0.8)


def _wall(rng: Random, height: int, width: int) -> Picture:
    base = _tone(rng, 0.2, 0.85)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    shade = 1 + rng.uniform(-0.25, 0.25) * down + rng.uniform(-0.3, 0.3) * across
    picture: Picture = base * shade * (1 + 0.05 * _clouds(rng, height, width))
    return picture.astype(np.float32)


def _room(rng: Random, height: int, width: int) -> Picture:
    picture = _wall(rng, height, width)
    for _ in range(int(rng.integers(2, 5))):
        top = int(rng.uniform(0, 0.5) * height)
        _box(picture, rng, top + int(height * 0.35), (0.12, 0.4), (0.15, 0.35))
    floor = int(height * rng.uniform(0.8, 0.95))
    picture[floor:] *= 0.6
    return picture


def _shelves(rng: Random, height: int, width: int) -> Picture:
    picture = np.tile(_tone(rng, 0.1, 0.3), (height, width, 1)).astype(np.float32)
    row = int(rng.uniform(0.1, 0.25) * height)
    while row < height:
        tall = int(rng.uniform(0.16, 0.26) * height)
        column = 0
        while column < width:
            wide = int(rng.uniform(0.015, 0.05) * height) + 2
            low = int(rng.uniform(0, 0.3) * tall)
            picture[max(row - tall + low, 0) : row, column : column + wide] = _tone(rng, 0.1, 0.7)
            column += wide + int(rng.integers(0, 3))
        row += tall + int(0.03 * height)
    return picture


def _window(rng: Random, height: int, width: int) -> Picture:
    picture = _wall(rng, height, width) * 0.7
    left, right = np.sort(rng.uniform(0, 1, 2)) * width
    right = min(max(right, left + 0.25 * width), width)
    pane = picture[: int(height * rng.uniform(0.5, 0.9)), int(left) : int(right)]
    pane[:] = _tone(rng, 0.7, 0.95)
    pane[:, :: max(pane.shape[1] // 2, 1)] *= 0.5
    return picture


def _trees(rng: Random, height: int, width: int) -> Picture:
    sky, leaves = np.array((0.75, 0.83, 0.92)), np.array((0.25, 0.36, 0.16))
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    edge = rng.uniform(0.2, 0.6) + 0.12 * _clouds(rng, height, width)
    green = leaves * (1 + 0.35 * _clouds(rng, height, width, 14))
    picture: Picture = np.where(down > edge, green, sky)
    return picture.astype(np.float32)


def _box(
    picture: Picture,
    rng: Random,
    bottom: int,
    widths: tuple[float, float],
    heights: tuple[float, float],
) -> None:
    """Something with a side in the light and a side in the shade."""
    height, width = picture.shape[:2]
    wide, tall = int(rng.uniform(*widths) * height), int(rng.uniform(*heights) * height)
    left = int(rng.uniform(-0.1, 1.0) * width)
    base = min(bottom + int(rng.uniform(0, 0.2) * height), height)
    colour = _tone(rng, 0.1, 0.8)
    middle = max(left + int(rng.uniform(0.5, 0.9) * wide), 0)
    picture[max(base - tall, 0) : base, max(left, 0) : middle] = colour
    picture[max(base - tall, 0) : base, middle : max(left + wide, 0)] = colour * 0.65


def _tone(rng: Random, low: float, high: float) -> Picture:
    grey = rng.uniform(low, high)
    colour: Picture = np.clip(grey + rng.uniform(-0.12, 0.12, 3), 0, 1).astype(np.float32)
    return colour


def _clouds(rng: Random, height: int, width: int, cells: int = 6) -> Picture:
    """Smooth noise [height, width, 1]."""
    rough = rng.standard_normal((cells, cells))
    smooth = zoom(rough, (height / cells, width / cells), order=1, grid_mode=True, mode="nearest")
    found: Picture = smooth[:height, :width, None].astype(np.float32)
    return found


def _softened(picture: Picture, deviation: float) -> Picture:
    soft: Picture = gaussian_filter(picture, (deviation, deviation, 0), mode="nearest")
    return np.clip(soft, 0, 1)
