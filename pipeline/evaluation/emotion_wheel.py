"""The emotion-wheel score of free labels, as AffectGPT and the MER challenges take it.

Labels on both sides become classes of each wheel, and what stands on no wheel is dropped. Rows
whose truth is then empty are passed over for that wheel; a row without a predicted class has
precision and recall 0. Of each wheel the F is that of the *mean* precision and the *mean* recall;
the score is the mean over the wheels. Source: AffectGPT (arXiv 2501.16566), section on metrics, and
my_affectgpt/evaluation/wheel.py in github.com/zeroQiaoba/AffectGPT. Where nothing is hit at all
their F is not a number; here it is 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.evaluation.matching import Pair
from pipeline.evaluation.overlaps import Floats, Overlaps
from pipeline.evaluation.wheels.wheel import Level, Wheels


@dataclass(frozen=True)
class WheelScores:
    """Means over the wheels, 0..100; of shape [...], as the weights that they were taken with.

    Attributes:
        f_by_wheel: [..., wheels].
    """

    precision: Floats
    recall: Floats
    f: Floats
    f_by_wheel: Floats


@dataclass(frozen=True)
class LabelUse:
    """How many labels there are, and how many of them the wheels know.

    Attributes:
        mean_predicted: labels a row.
        mean_true: labels a row.
        coverage: share of rows with at least one predicted label that stands on some wheel.
        off_wheels_predicted: share of the predicted labels that stand on no wheel; 0 of none.
        off_wheels_true: the same for the true ones.
    """

    mean_predicted: float
    mean_true: float
    coverage: float
    off_wheels_predicted: float
    off_wheels_true: float


def wheel_overlaps(pairs: Sequence[Pair], wheels: Wheels, level: Level = "level1") -> Overlaps:
    """True and predicted classes of each pair: a row a pair, a column a wheel."""
    sets = [
        (
            _classes(pair.truth.labels, wheels, level),
            _classes(pair.predicted, wheels, level),
        )
        for pair in pairs
    ]
    return Overlaps.of(sets, len(wheels.wheels))


def wheel_scores(overlaps: Overlaps, weights: Floats | None = None) -> WheelScores:
    """The scores of `wheel_overlaps`.

    Args:
        weights: how often each row counts, [..., rows]; None: each once.
    """
    precision, recall = overlaps.precision_and_recall(weights)
    total = precision + recall
    f = 2 * precision * recall / np.where(total > 0, total, 1)
    return WheelScores(
        precision=100 * precision.mean(axis=-1),
        recall=100 * recall.mean(axis=-1),
        f=100 * f.mean(axis=-1),
        f_by_wheel=100 * f,
    )


def label_use(pairs: Sequence[Pair], wheels: Wheels) -> LabelUse:
    """What stands beside an F, because a long list or a rare word moves it."""
    rows = max(len(pairs), 1)
    predicted = [pair.predicted for pair in pairs]
    true = [pair.truth.labels for pair in pairs]
    return LabelUse(
        mean_predicted=sum(map(len, predicted)) / rows,
        mean_true=sum(map(len, true)) / rows,
        coverage=sum(any(_is_on(label, wheels) for label in labels) for labels in predicted) / rows,
        off_wheels_predicted=_share_off(chain.from_iterable(predicted), wheels),
        off_wheels_true=_share_off(chain.from_iterable(true), wheels),
    )


def _classes(labels: Iterable[str], wheels: Wheels, level: Level) -> list[set[str]]:
    """The classes of a list of labels on each wheel."""
    found: list[set[str]] = [set() for _ in wheels.wheels]
    for label in labels:
        for classes, name in zip(found, wheels.classes(label, level), strict=True):
            if name is not None:
                classes.add(name)
    return found


def _is_on(label: str, wheels: Wheels) -> bool:
    return any(name is not None for name in wheels.classes(label))


def _share_off(labels: Iterable[str], wheels: Wheels) -> float:
    off = [not _is_on(label, wheels) for label in labels]
    return sum(off) / max(len(off), 1)
