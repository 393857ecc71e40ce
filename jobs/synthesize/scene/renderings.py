"""Finished pictures rendered in another way: drawn, printed, filtered, damaged.

What a model has learnt of faces as they are rendered here should not be trusted on these.
"""

import io
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

Rendering = Callable[[Tensor], Tensor]
"""From pictures, float32 [n, 3, h, w] RGB, 0..1, to such ones."""

_WEIGHTS = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
_TWO_SHARE = 0.35


def draw_rendering(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """One rendering for a whole clip, or two on top of each other."""
    count = 2 if rng.random() < _TWO_SHARE else 1
    chosen = rng.choice(len(KINDS), count, replace=False)
    steps = [KINDS[kind](rng, height, width) for kind in chosen]

    def render(pictures: Tensor) -> Tensor:
        for step in steps:
            pictures = step(pictures.clamp(0, 1))
        return pictures.clamp(0, 1)

    return render


def _posterised(rng: np.random.Generator, height: int, width: int) -> Rendering:
    levels = int(rng.integers(2, 6))
    return lambda pictures: (pictures * levels).floor().clamp_max(levels - 1) / (levels - 1)


def _drawn(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """Lines where the brightness changes, on paper or on a blackboard."""
    strength, kept = float(rng.uniform(1.5, 4)), float(rng.choice([0.0, 0.0, 0.4]))
    paper, ink = _two_colours(rng)

    def render(pictures: Tensor) -> Tensor:
        grey = _grey(pictures)
        right = functional.pad(grey[..., 2:] - grey[..., :-2], (1, 1))
        down = functional.pad(grey[..., 2:, :] - grey[..., :-2, :], (0, 0, 1, 1))
        lines = (strength * (right.abs() + down.abs())).clamp(0, 1)
        return (paper + (ink - paper) * lines) * (1 - kept) + pictures * kept * (1 - lines)

    return render


def _recoloured(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """Colours inverted, or mixed into others."""
    if rng.random() < 0.35:
        return lambda pictures: 1 - pictures
    order = [(1, 2, 0), (2, 0, 1), (1, 0, 2), (2, 1, 0)][rng.integers(4)]
    mix = torch.eye(3)[list(order)] + torch.from_numpy(rng.uniform(-0.3, 0.3, (3, 3))).float()
    return lambda pictures: torch.einsum("ij,njhw->nihw", mix, pictures)


def _duotone(rng: np.random.Generator, height: int, width: int) -> Rendering:
    dark, light = _two_colours(rng)
    return lambda pictures: dark + (light - dark) * _grey(pictures)


def _blurred(rng: np.random.Generator, height: int, width: int) -> Rendering:
    rows = int(rng.integers(18, 44))
    return _resampled((rows, round(rows * width / height)), "bilinear")


def _pixelated(rng: np.random.Generator, height: int, width: int) -> Rendering:
    rows = int(rng.integers(18, 56))
    return _resampled((rows, round(rows * width / height)), "nearest")


def _printed(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """A screen of dots, as in a newspaper."""
    angle, pitch = rng.uniform(0, np.pi), rng.uniform(3, 7) * height / 256
    down, across = np.mgrid[:height, :width] * (2 * np.pi / pitch)
    turned = np.cos(angle) * across + np.sin(angle) * down
    other = np.cos(angle) * down - np.sin(angle) * across
    screen = torch.from_numpy((0.5 + 0.25 * (np.sin(turned) + np.sin(other))).astype(np.float32))
    sharp, (ink, paper) = float(rng.uniform(3, 8)), _two_colours(rng)

    def render(pictures: Tensor) -> Tensor:
        light = (0.5 + sharp * (_grey(pictures) - screen)).clamp(0, 1)
        return ink + (paper - ink) * light

    return render


def _on_paper(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """Paint that has sunk into a rough ground."""
    ground = np.zeros((1, 1, height, width), np.float32)
    for cells in (16, 48, height):
        rough = torch.from_numpy(rng.standard_normal((1, 1, cells, cells), np.float32))
        ground += functional.interpolate(rough, (height, width), mode="bilinear").numpy()
    texture = torch.from_numpy(1 + np.float32(rng.uniform(0.08, 0.22)) * ground)
    pale, sink = float(rng.uniform(0.2, 0.8)), _resampled((height // 3, width // 3), "bilinear")

    def render(pictures: Tensor) -> Tensor:
        sunk = sink(pictures)
        return (pale * _grey(sunk) + (1 - pale) * sunk) * texture

    return render


def _squeezed(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """Each picture a JPEG of the worst quality."""
    quality = int(rng.integers(2, 9))

    def render(pictures: Tensor) -> Tensor:
        frames = (255 * pictures).byte().permute(0, 2, 3, 1).contiguous().numpy()
        return torch.from_numpy(np.stack([_as_jpeg(frame, quality) for frame in frames]))

    return render


def _as_jpeg(frame: np.ndarray, quality: int) -> np.ndarray:
    """float32 [3, h, w] of uint8 [h, w, 3]."""
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, "JPEG", quality=quality)
    with Image.open(stream) as read:
        return np.asarray(read, np.float32).transpose(2, 0, 1) / 255


def _toned(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """The scale of brightness bent: washed out, burnt out, drowned, or turned over."""
    way = rng.integers(3)
    if way == 0:
        power = float(rng.choice([rng.uniform(0.25, 0.45), rng.uniform(2.2, 3.5)]))
        return lambda pictures: pictures**power
    if way == 1:
        steep, middle = float(rng.uniform(3, 6)), float(rng.uniform(0.3, 0.6))
        return lambda pictures: (pictures - middle) * steep + 0.5
    turns = float(rng.uniform(1.2, 2.2))
    return lambda pictures: 0.5 - 0.5 * torch.cos(2 * torch.pi * turns * pictures)


def _by_night(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """An infrared camera in the dark: grey or green, noisy, dark towards the corners."""
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corners = 1 - rng.uniform(0.3, 0.6) * (down**2 + across**2) / 2
    shade = torch.from_numpy(corners.astype(np.float32))
    colours = [(1.0, 1.0, 1.0), (0.4, 1.0, 0.5)][rng.integers(2)]
    tint = torch.tensor(colours)[:, None, None]
    gain, noise = float(rng.uniform(0.5, 1.6)), float(rng.uniform(0.06, 0.2))

    def render(pictures: Tensor) -> Tensor:
        grey = _grey(pictures)
        rough = torch.from_numpy(rng.standard_normal(grey.shape, np.float32))
        return ((grey - 0.3) * gain + 0.4 + noise * rough) * shade * tint

    return render


def _warped(rng: np.random.Generator, height: int, width: int) -> Rendering:
    """A mirror that is not flat."""
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    grid = np.stack([across, down], axis=-1)
    for axis in (0, 1):
        waves, phase = rng.uniform(2, 7), rng.uniform(0, 6)
        grid[..., axis] += rng.uniform(0.02, 0.07) * np.sin(waves * (down + across) + phase)
        grid[..., axis] *= rng.uniform(0.75, 1.0)
    places = torch.from_numpy(grid.astype(np.float32))[None]

    def render(pictures: Tensor) -> Tensor:
        at = places.expand(len(pictures), -1, -1, -1)
        return functional.grid_sample(pictures, at, padding_mode="border", align_corners=True)

    return render


def _resampled(size: tuple[int, int], mode: str) -> Rendering:
    """Made small, and large again."""

    def render(pictures: Tensor) -> Tensor:
        small = functional.interpolate(pictures, size, mode="area")
        return functional.interpolate(small, pictures.shape[-2:], mode=mode)

    return render


def _grey(pictures: Tensor) -> Tensor:
    """[n, 1, h, w]."""
    return (pictures * _WEIGHTS).sum(dim=1, keepdim=True)


def _two_colours(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A dark one and a light one, [3, 1, 1] each, or the other way round."""
    colours = [rng.uniform(0, 0.3, 3), rng.uniform(0.7, 1, 3)]
    if rng.random() < 0.4:
        colours.reverse()
    first, second = (torch.from_numpy(one).float()[:, None, None] for one in colours)
    return first, second


KINDS: tuple[Callable[[np.random.Generator, int, int], Rendering], ...] = (
    _posterised,
    _drawn,
    _recoloured,
    _duotone,
    _blurred,
    _pixelated,
    _printed,
    _on_paper,
    _squeezed,
    _toned,
    _by_night,
    _warped,
)
"""What draws each kind of rendering, for pictures of a height and a width."""
