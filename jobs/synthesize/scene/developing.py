"""From light to the numbers that are encoded: colour planes, and grain."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from jobs.synthesize.files.video import Picture
from jobs.synthesize.scene.look import Look

_BLACK, _GREY = 16, 128  # of limited range, as are the weights
_WEIGHTS = torch.tensor([0.299, 0.587, 0.114])  # BT.601
_TO_LUMA = 219 * _WEIGHTS[None]
_TO_CHROMA = (
    224
    / 4  # the sum of four pixels becomes their mean
    * torch.stack(
        [
            (torch.tensor([0.0, 0.0, 1.0]) - _WEIGHTS) / 1.772,
            (torch.tensor([1.0, 0.0, 0.0]) - _WEIGHTS) / 1.402,
        ]
    )
)
_CHROMA_GRAIN = 0.5
_SHIFTS = 48  # pixels by which the grain is shifted from frame to frame at the most


class Stock:
    """What the pictures of a clip are taken on."""

    def __init__(self, look: Look, rng: np.random.Generator) -> None:
        self._rng = rng
        self._luma = _grain(_BLACK + 0.5, look.grain, look.height, look.width, rng)
        self._chroma = [
            _grain(_GREY + 0.5, _CHROMA_GRAIN * look.grain, look.height // 2, look.width // 2, rng)
            for _ in range(2)
        ]

    def develop(self, pictures: Tensor) -> Iterator[Picture]:
        """Each of some pictures, float32 [n, 3, h, w] RGB, 0..1."""
        height, width = pictures.shape[-2:]
        pairs = pictures[..., ::2, :] + pictures[..., 1::2, :]
        small = pairs[..., ::2] + pairs[..., 1::2]
        luma = torch.matmul(_TO_LUMA, pictures.flatten(2)).reshape(-1, height, width)
        chroma = torch.matmul(_TO_CHROMA, small.flatten(2)).reshape(-1, 2, *small.shape[-2:])
        for bright, (blue, red) in zip(luma, chroma, strict=True):
            planes = (
                self._grained(bright, self._luma),
                self._grained(blue, self._chroma[0]),
                self._grained(red, self._chroma[1]),
            )
            flat = torch.cat([plane.flatten() for plane in planes])
            yield flat.reshape(height * 3 // 2, width).numpy()

    def _grained(self, plane: Tensor, grain: Tensor) -> Tensor:
        rows, columns = plane.shape
        top, left = self._rng.integers(0, _SHIFTS, 2)
        noisy = plane + grain[top : top + rows, left : left + columns]
        return noisy.clamp_(0, 255).byte()


def _grain(
    level: float, deviation: float, height: int, width: int, rng: np.random.Generator
) -> Tensor:
    """Noise about the level of a plane that is zero; a half is for rounding."""
    noise = rng.standard_normal((height + _SHIFTS, width + _SHIFTS), np.float32)
    return torch.from_numpy(np.float32(deviation) * noise + np.float32(level))
