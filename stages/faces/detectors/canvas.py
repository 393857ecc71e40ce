"""How a frame fills the input of a network: scaled with its aspect kept, in the top left corner."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.faces.i420 import Frame, picture, size

STRIDE = 32  # pixels; the coarsest of a network's grids, which its input has to fit


@dataclass(frozen=True)
class Canvas:
    """The input of a network for frames of one size."""

    scale: NDArray[np.float64]  # [2]: from pixels of the frame to pixels of the input, x and y
    size: tuple[int, int]  # width and height of the input

    def fill(self, frame: Frame) -> NDArray[np.uint8]:
        """The I420 frame scaled, with black to its right and below: RGB, [H, W, 3]."""
        width, height = np.rint(self.scale * size(frame)).astype(int).tolist()
        padded = np.zeros((self.size[1], self.size[0], 3), np.uint8)
        padded[:height, :width] = np.asarray(picture(frame, (width, height)))
        return padded


def fit(shape: tuple[int, int], long_side: int, fixed: tuple[int, int] | None = None) -> Canvas:
    """The canvas for frames of `shape` (width, height).

    A network of any size gets the frame with its long side at `long_side` and no more room than
    its grids need; one of `fixed` size gets the frame as large as that admits.
    """
    width, height = shape
    if fixed is not None:
        share = min(fixed[0] / width, fixed[1] / height)
        canvas = fixed
    else:
        share = long_side / max(shape)
        canvas = (_ceil(width * share), _ceil(height * share))
    scaled = (max(1, int(width * share)), max(1, int(height * share)))
    return Canvas(np.array(scaled) / np.array(shape), canvas)


def _ceil(length: float) -> int:
    return max(STRIDE, int(-(-length // STRIDE)) * STRIDE)
