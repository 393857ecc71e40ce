"""What a face detector gives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stages.faces.i420 import Frame

MAX_FACES = 32  # a frame; a crowd, or noise taken for one, costs no more than this
EYES = 0.39  # distance of the eyes, as a share of the side of a face's box, from the front


@dataclass(frozen=True)
class Detection:
    """One face in one frame.

    Coordinates are pixels of the frame, with (0, 0) at the outer corner of the first pixel.
    """

    box: NDArray[np.float64]  # [4]: x0, y0, x1, y1
    score: float  # 0..1, the detector's own confidence
    points: NDArray[np.float64] | None = None  # [5, 2]: eyes, nose tip, mouth corners; x, y
    looks: NDArray[np.float32] | None = None  # of `stages.faces.likeness`, where they are noted

    @property
    def eye_distance(self) -> float:
        """Pixels between the eyes; without points, as if the face were seen from the front.

        What of a face there is to be read: an ear or the back of a head may fill a large box, but
        its eyes are put close together.
        """
        if self.points is not None:
            return float(np.hypot(*(self.points[1] - self.points[0])))
        width, height = np.maximum(self.box[2:] - self.box[:2], 0.0)
        return float(EYES * np.sqrt(width * height))


@dataclass(frozen=True)
class Trust:
    """What a detector's scores, which are on a scale of its own, are worth."""

    begins: float  # 0..1: a face with this score may begin a track
    sure: float  # 0..1: a track with this mean score is a face


class Detector(Protocol):
    """Looks for faces in single frames."""

    @property
    def trust(self) -> Trust:
        """The scores that count where the configuration names none."""
        ...

    def detect(self, frames: Iterable[Frame]) -> Iterator[list[Detection]]:
        """Yield the faces of each I420 frame in turn, best first, at most `MAX_FACES`."""
        ...
