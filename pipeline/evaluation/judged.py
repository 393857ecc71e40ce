"""Which predicted labels are right: what confidences are held against.

A label is right on a wheel where its class of level 1 is among those of the truth. It is also right
where the truth has the very same word, and one that stands on no wheel is otherwise wrong. Over
several wheels the share of them counts, so "right" is a number, 0..1, and 0 or 1 on one wheel. Only
wheels that know a label of the truth count, and rows whose truth is on no wheel are passed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipeline.evaluation.matching import Pair
from pipeline.evaluation.overlaps import Floats
from pipeline.evaluation.wheels.wheel import Wheels


@dataclass(frozen=True)
class Judged:
    """Predictions with a confidence each, and how far they are right.

    Attributes:
        confidence: float64 [n], 0..1.
        right: float64 [n], 0..1.
        videos: n names, of the video that each is about.
        asked: the rows that could be judged, whether there is a prediction for them or not.
        words: n labels.
        classes: n classes of level 1, on the first wheel that knows the label; None: none does.
        measured: n times what was measured of whom it is about, see `Answer`.
    """

    confidence: Floats
    right: Floats
    videos: tuple[str, ...]
    asked: int
    words: tuple[str, ...]
    classes: tuple[str | None, ...]
    measured: tuple[frozenset[str], ...]


class _Label(NamedTuple):
    confidence: float
    right: float
    word: str
    class_: str | None


def judged_labels(pairs: Sequence[Pair], wheels: Wheels) -> Judged:
    """Every predicted label that has a confidence."""
    return _judged(
        [(pair, _rightness(pair, wheels)) for pair in pairs],
    )


def judged_answers(pairs: Sequence[Pair], wheels: Wheels) -> Judged:
    """The surest label of each row; of equally sure ones the first.

    Rows without a label, or without a confidence, are asked for and not there.
    """
    return _judged(
        [(pair, _surest(_rightness(pair, wheels))) for pair in pairs],
    )


def _judged(rows: Sequence[tuple[Pair, list[_Label] | None]]) -> Judged:
    known = [(pair, found) for pair, found in rows if found is not None]
    flat = [(pair, label) for pair, found in known for label in found]
    return Judged(
        confidence=np.array([label.confidence for _, label in flat], np.float64),
        right=np.array([label.right for _, label in flat], np.float64),
        videos=tuple(pair.truth.video_id for pair, _ in flat),
        asked=len(known),
        words=tuple(label.word for _, label in flat),
        classes=tuple(label.class_ for _, label in flat),
        measured=tuple(
            pair.prediction.measured if pair.prediction else frozenset() for pair, _ in flat
        ),
    )


def _rightness(pair: Pair, wheels: Wheels) -> list[_Label] | None:
    """Of each label that has a confidence; None where the truth is on no wheel."""
    true = [set(found) - {None} for found in _by_wheel(pair.truth.labels, wheels)]
    if not any(true):
        return None
    if pair.prediction is None:
        return []
    return [
        _Label(
            confidence,
            _share_right(label, pair.truth.labels, true, wheels),
            label,
            next((name for name in wheels.classes(label) if name is not None), None),
        )
        for label, confidence in zip(
            pair.prediction.labels, pair.prediction.confidences, strict=True
        )
        if confidence is not None
    ]


def _by_wheel(labels: Sequence[str], wheels: Wheels) -> list[tuple[str | None, ...]]:
    """For each wheel the classes of the labels."""
    found = [wheels.classes(label) for label in labels]
    return [tuple(classes[wheel] for classes in found) for wheel in range(len(wheels.wheels))]


def _share_right(
    label: str, words: Sequence[str], true: Sequence[set[str | None]], wheels: Wheels
) -> float:
    if label in words:
        return 1.0
    named = zip(wheels.classes(label), true, strict=True)
    hits = [name in classes for name, classes in named if classes]
    return sum(hits) / len(hits)


def _surest(found: list[_Label] | None) -> list[_Label] | None:
    return found and [max(found, key=lambda label: label.confidence)]
