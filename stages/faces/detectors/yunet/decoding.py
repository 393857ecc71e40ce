"""YuNet's outputs read as faces.

Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023.
There is one prior in each cell of three grids, at the cell's top left corner.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.faces.boxes import overlaps

STRIDES = (8, 16, 32)  # pixels of the input between two cells of a grid
OUTPUTS = tuple(f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES)
LEAST_SCORE = 0.3  # below it YuNet gives noise; where tracks begin is `faces.min_score`
MAX_CANDIDATES = 1000  # of a frame, best first, to choose the faces from
SAME_FACE = 0.3  # overlap (IoU) from which the weaker of two boxes goes, as in OpenCV's example

Outputs = Mapping[str, NDArray[np.float32]]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Candidates:
    """n places that may hold a face, in pixels of the network's input."""

    scores: Array  # [n], 0..1
    boxes: Array  # [n, 4]: x0, y0, x1, y1
    points: Array  # [n, 5, 2]: eyes, nose tip, mouth corners, the left one in the picture first

    def taking(self, rows: NDArray[np.int64]) -> "Candidates":
        """Only some of them, in the order of `rows`."""
        return Candidates(self.scores[rows], self.boxes[rows], self.points[rows])


def read_faces(outputs: Outputs, width: int) -> Candidates:
    """The faces in the outputs for one picture, best first, each once.

    Args:
        outputs: by the names of `OUTPUTS`; [1, cells, 1] for `cls` and `obj`, [1, cells, 4] for
            `bbox`, [1, cells, 10] for `kps`, cells row by row.
        width: of the network's input, pixels.
    """
    levels = [_level(outputs, stride, width) for stride in STRIDES]
    found = Candidates(
        np.concatenate([level.scores for level in levels]),
        np.concatenate([level.boxes for level in levels]),
        np.concatenate([level.points for level in levels]),
    )
    best = found.taking(np.argsort(-found.scores, kind="stable")[:MAX_CANDIDATES])
    return best.taking(_without_doubles(best.boxes))


def _level(outputs: Outputs, stride: int, width: int) -> Candidates:
    """The candidates in one of the grids."""
    named = {kind: outputs[f"{kind}_{stride}"][0] for kind in ("cls", "obj", "bbox", "kps")}
    certainty = np.clip(named["cls"][:, 0], 0, 1) * np.clip(named["obj"][:, 0], 0, 1)
    scores = np.sqrt(certainty.astype(np.float64))
    likely = np.flatnonzero(scores >= LEAST_SCORE)
    cells = np.stack([likely % (width // stride), likely // (width // stride)], axis=1)
    shapes = named["bbox"][likely].astype(np.float64)
    centres, halves = (cells + shapes[:, :2]) * stride, np.exp(shapes[:, 2:]) * stride / 2
    points = cells[:, None] + named["kps"][likely].astype(np.float64).reshape(-1, 5, 2)
    return Candidates(
        scores[likely], np.hstack([centres - halves, centres + halves]), points * stride
    )


def _without_doubles(boxes: Array) -> NDArray[np.int64]:
    """Indices of `boxes` [n, 4], best first, without those that a better one covers."""
    kept: list[int] = []
    left = np.arange(len(boxes))
    while len(left):
        best, left = left[0], left[1:]
        kept.append(int(best))
        left = left[overlaps(boxes[best : best + 1], boxes[left])[0] < SAME_FACE]
    return np.array(kept, np.int64)
