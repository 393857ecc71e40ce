"""Set accuracy and recall over groups of labels that mean the same, as EMER takes them.

With G() from a label to its group, Y the true and P the predicted labels of a row:
accuracy is the mean of |G(Y) & G(P)| / |G(P)|, recall that of |G(Y) & G(P)| / |G(Y)|, and average
the mean of both. A row without predicted labels has 0 in both; one without true labels is passed
over. Source: EMER (arXiv 2306.15401) and MER2024 (arXiv 2404.17113), track MER-OV.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluation.groups import Groups
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.overlaps import Floats, Overlaps


@dataclass(frozen=True)
class SetScores:
    """0..100; of shape [...], as the weights that they were taken with."""

    accuracy: Floats
    recall: Floats
    average: Floats


def set_overlaps(pairs: Sequence[Pair], groups: Groups) -> Overlaps:
    """True and predicted groups of each pair: a row a pair, one column."""
    sets = [
        (
            [{groups.of(label) for label in pair.truth.labels}],
            [{groups.of(label) for label in pair.predicted}],
        )
        for pair in pairs
    ]
    return Overlaps.of(sets, 1)


def set_scores(overlaps: Overlaps, weights: Floats | None = None) -> SetScores:
    """The scores of `set_overlaps`.

    Args:
        weights: how often each row counts, [..., rows]; None: each once.
    """
    precision, recall = overlaps.precision_and_recall(weights)
    accuracy, recall = 100 * precision[..., 0], 100 * recall[..., 0]
    return SetScores(accuracy, recall, (accuracy + recall) / 2)
