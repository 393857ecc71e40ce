"""From light to the numbers that are encoded: colour planes, and grain."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jobs.synthesize.scene.look import Look

Picture = npt.NDArray[np.uint8]
"""YUV 4:2:0, uint8 [3/2 h, w]."""

_LUMA = (0.299, 0.587, 0.114)  # BT.601
_BLUE, _RED = 1.772, 1.402
_BLACK, _LUMA_RANGE, _GREY, _CHROMA_RANGE = 16, 219, 128, 224
_CHROMA_GRAIN = 0.5
_SHIFTS = 48  # pixels by which the grain is shifted from frame to frame at the most


class Stock:
    """What the pictures of a clip are taken on."""

    def __init__(self, look: Look, rng: np.random.Generator) -> None:
        self._rng = rng
        self._luma = _grain(look.grain, look.height, look.width, rng)
        self._chroma = [
            _grain(_CHROMA_GRAIN * look.grain, look.height // 2, look.width // 2, rng)
            for _ in range(2)
        ]

    def develop(self, pictures: Tensor) -> Iterator[Picture]:
        """Each of some pictures, float32 [n, 3, h, w] RGB, 0..1."""
        height, width = pictures.shape[-2:]
        red, green, blue = pictures.unbind(1)
        luma = _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
        cells = torch.stack([(blue - luma) / _BLUE, (red - luma) / _RED], dim=1)
        pairs = cells[..., ::2, :] + cells[..., 1::2, :]
        small = (pairs[..., ::2] + pairs[..., 1::2]) / 4
        luma.mul_(_LUMA_RANGE).add_(_BLACK)
        small.mul_(_CHROMA_RANGE).add_(_GREY)
        for bright, (cb, cr) in zip(luma, small, strict=True):
            planes = [self._grained(bright, self._luma)]
            planes += [
                self._grained(plane, grain)
                for plane, grain in zip((cb, cr), self._chroma, strict=True)
            ]
            flat = torch.cat([plane.reshape(-1) for plane in planes])
            yield flat.reshape(height * 3 // 2, width).numpy()

    def _grained(self, plane: Tensor, grain: Tensor) -> Tensor:
        rows, columns = plane.shape
        top, left = self._rng.integers(0, _SHIFTS, 2)
        noisy = plane + grain[top : top + rows, left : left + columns]
        return noisy.round_().clamp_(0, 255).byte()


def _grain(deviation: float, height: int, width: int, rng: np.random.Generator) -> Tensor:
    noise = rng.standard_normal((height + _SHIFTS, width + _SHIFTS), np.float32)
    return torch.from_numpy(np.float32(deviation) * noise)
