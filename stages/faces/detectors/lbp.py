"""The frontal-face cascade that comes with scikit-image: no weights to fetch, runs anywhere.

Multi-block local binary patterns (Liao et al., "Learning Multi-scale Block Local Binary Patterns
for Face Recognition", ICB 2007) in the cascade trained by OpenCV. It sees faces turned by some
30 degrees at most, and gives neither a score nor landmarks.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.faces.boxes import areas, inside, overlaps
from stages.faces.detectors.detector import MAX_FACES, Detection, Trust
from stages.faces.i420 import Frame, luma

WINDOW = 24  # pixels, the side of the cascade's own window
SMALL_WINDOW = 36  # pixels; below it windows go in steps of two pixels, as just above it
SCALE_STEP = 1.1  # between neighbouring window sizes
MAX_PIXELS = 512 * 512  # of the picture searched, for frames of absurd aspect
MAX_WINDOWS = 1500  # accepted in one picture; thirty large faces collect no more
SAME_FACE = 0.5  # overlap (IoU) from which raw windows are taken for one face
HALF_SURE = 4  # raw windows that make a score of 0.5


class LbpDetector:
    """Searches the luma plane, shrunk until the smallest face looked for fills one window."""

    trust = Trust(begins=0.5, sure=0.6)  # four raw windows, and six

    def __init__(self, min_face: float) -> None:
        """Load the cascade; `min_face` is the smallest face as a share of the short side."""
        import skimage.data
        from skimage.feature import Cascade

        file = skimage.data.lbp_frontal_face_cascade_filename()  # type: ignore[no-untyped-call]
        self._cascade = Cascade(file)
        self._min_face = min_face

    def detect(self, frames: Iterable[Frame]) -> Iterator[list[Detection]]:
        """Yield the faces of each frame, best first.

        The score is n / (n + 4), where n is the number of raw windows the cascade accepted
        around one place: true faces collect dozens, chance hits one or two.
        """
        for frame in frames:
            yield self._faces(luma(frame))

    def _faces(self, picture: Frame) -> list[Detection]:
        small, scale = self._shrink(picture)
        windows = self._search(small) * scale
        faces = [
            Detection(box, count / (count + HALF_SURE)) for box, count in group_windows(windows)
        ]
        return faces[:MAX_FACES]

    def _shrink(self, picture: Frame) -> tuple[Frame, NDArray[np.float64]]:
        """The picture to search and what its coordinates are multiplied with, [4]."""
        height, width = picture.shape
        share = min(
            1.0,
            WINDOW / (self._min_face * min(height, width)),
            (MAX_PIXELS / (height * width)) ** 0.5,
        )
        small_size = (max(1, round(width * share)), max(1, round(height * share)))
        small = Image.fromarray(picture).resize(small_size, Image.Resampling.BOX)
        return np.asarray(small), np.array([width, height] * 2) / np.array(small_size * 2)

    def _search(self, picture: Frame) -> NDArray[np.float64]:
        """The accepted windows, [n, 4], largest first, at most `MAX_WINDOWS`."""
        if min(picture.shape) <= WINDOW:
            return np.empty((0, 4))
        # The cascade compares block sums of a single-precision integral image. Around zero the
        # sums stay exact; the comparisons do not change.
        centred = picture.astype(np.int16) - 128
        found = [
            hit
            for smallest, largest, step_ratio in (
                (WINDOW, SMALL_WINDOW, 2.0),
                (SMALL_WINDOW, max(SMALL_WINDOW, *picture.shape), 1.0),
            )
            for hit in self._cascade.detect_multi_scale(
                centred,
                scale_factor=SCALE_STEP,
                step_ratio=step_ratio,
                min_size=(smallest, smallest),
                max_size=(largest, largest),
                min_neighbor_number=1,
                intersection_score_threshold=2.0,  # out of reach: windows come back one by one
            )
        ]
        corners = [[hit["c"], hit["r"], hit["width"], hit["height"]] for hit in found]
        windows = np.array(corners, dtype=np.float64).reshape(-1, 4)
        windows[:, 2:] += windows[:, :2]
        return windows[np.argsort(-areas(windows), kind="stable")[:MAX_WINDOWS]]


def group_windows(windows: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], int]]:
    """The faces that raw windows [n, 4] speak for: mean box and number of windows, most first.

    Of two faces, one with its centre inside the other, the one with fewer windows goes: an eye
    taken for a face, or a face with half the room around it.
    """
    from scipy.sparse.csgraph import connected_components

    if not len(windows):
        return []
    number, member = connected_components(overlaps(windows, windows) >= SAME_FACE, directed=False)
    groups = [windows[member == group] for group in range(number)]
    means = np.array([group.mean(axis=0) for group in groups])
    counts = np.array([len(group) for group in groups])
    order = np.lexsort((areas(means), -counts))
    nested = inside(means, means)
    nested |= nested.T
    kept: list[int] = []
    for face in order:
        if not nested[face, kept].any():
            kept.append(int(face))
    return [(means[face], int(counts[face])) for face in kept]
