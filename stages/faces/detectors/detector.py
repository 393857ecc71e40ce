"""What a face detector gives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stages.faces.i420 import Frame

MAX_FACES = 32  # a frame; a crowd, or noise taken for one, costs no more than this


@dataclass(frozen=True)
class Detection:
    """One face in one frame.

    Coordinates are pixels of the frame, with (0, 0) at the outer corner of the first pixel.
    """

    box: NDArray[np.float64]  # [4]: x0, y0, x1, y1
    score: float  # 0..1, the detector's own confidence
    points: NDArray[np.float64] | None = None  # [5, 2]: eyes, nose tip, mouth corners; x, y


class Detector(Protocol):
    """Looks for faces in single frames."""

    def detect(self, frames: Iterable[Frame]) -> Iterator[list[Detection]]:
        """Yield the faces of each I420 frame in turn, best first, at most `MAX_FACES`."""
        ...
