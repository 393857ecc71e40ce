"""How far predicted and true classes agree, row by row: what set scores are means of."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Overlaps:
    """Sizes of sets of classes, for each row and each of k ways to map labels to classes.

    Rows without a true class are counted by no score.

    Attributes:
        hits: int32 [rows, k], classes that are both predicted and true.
        predicted: int32 [rows, k].
        true: int32 [rows, k].
    """

    hits: Counts
    predicted: Counts
    true: Counts

    @classmethod
    def of(
        cls, pairs: Sequence[tuple[Sequence[Set[str]], Sequence[Set[str]]]], ways: int
    ) -> "Overlaps":
        """From the true and the predicted classes of each row, each a set for each of the ways."""
        sizes = np.zeros((3, len(pairs), ways), np.int32)
        for row, (true, predicted) in enumerate(pairs):
            for way in range(ways):
                both = true[way] & predicted[way]
                sizes[:, row, way] = len(both), len(predicted[way]), len(true[way])
        return cls(*sizes)

    def precision_and_recall(self, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """The means over the rows, 0..1, of precision and of recall.

        A row that predicts nothing has 0 in both. Where no row counts, both are 0; in a draw that
        holds none that counts, they are no number.

        Args:
            weights: how often each row counts, [..., rows]; None: each once.

        Returns:
            Two arrays [..., k].
        """
        rows = np.ones(len(self.hits)) if weights is None else weights
        counted = (self.true > 0).astype(np.float64)
        total = _divisor(rows @ counted, weights)
        precision = counted * self.hits / np.maximum(self.predicted, 1)
        recall = counted * self.hits / np.maximum(self.true, 1)
        return rows @ precision / total, rows @ recall / total


@dataclass(frozen=True)
class Hits:
    """Whether one true class was found, for each row and each of k ways to map labels.

    Attributes:
        hits: bool [rows, k].
        counted: bool [rows, k], whether the row has a true class at all.
    """

    hits: npt.NDArray[np.bool_]
    counted: npt.NDArray[np.bool_]

    def rate(self, weights: Floats | None = None) -> Floats:
        """The share of hits among the rows that count, 0..1: [..., k].

        Where no row counts it is 0; in a draw that holds none that counts, it is no number.

        Args:
            weights: how often each row counts, [..., rows]; None: each once.
        """
        rows = np.ones(len(self.hits)) if weights is None else weights
        total = _divisor(rows @ self.counted.astype(np.float64), weights)
        found: Floats = rows @ (self.hits & self.counted).astype(np.float64) / total
        return found


def _divisor(total: Floats, weights: Floats | None) -> Floats:
    """What sums are divided by to be means."""
    nothing = 1.0 if weights is None else np.nan
    return np.where(total > 0, total, nothing)
