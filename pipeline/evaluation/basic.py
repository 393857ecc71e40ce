"""Scores against few, fixed classes: basic emotions, sentiment, families taken for others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.answers import Answer, Sentiment
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.overlaps import Hits
from pipeline.evaluation.wheels.own import FAMILIES, vocabulary
from pipeline.evaluation.wheels.wheel import Wheels

NO_FAMILY = "none"
"""The column of predictions whose labels name no family, or that are missing."""


@dataclass(frozen=True)
class Confusion:
    """How often a row of one family was answered with another.

    Attributes:
        rows: the true families.
        columns: the predicted ones: those of `rows`, then `NO_FAMILY`.
        counts: int64 [rows, columns].
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: npt.NDArray[np.int64]


def basic_hits(pairs: Sequence[Pair], wheels: Wheels) -> Hits:
    """Whether the one basic emotion of a row is among its predicted labels, on each wheel.

    The basic emotion is the truth's family, or its only label where it names no family; rows of
    several labels and no family do not count, nor do those whose emotion is not on the wheel. Both
    sides are mapped to level 1. So the hit rate of the MER challenges on sets with one label a clip
    is taken (AffectGPT, arXiv 2501.16566).
    """
    shape = len(pairs), len(wheels.wheels)
    hits, counted = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for row, pair in enumerate(pairs):
        gold = _basic_emotion(pair.truth)
        if gold is None:
            continue
        predicted = [wheels.classes(label) for label in pair.predicted]
        for way, name in enumerate(wheels.classes(gold)):
            counted[row, way] = name is not None
            hits[row, way] = name is not None and any(name == found[way] for found in predicted)
    return Hits(hits, counted)


def sentiment_hits(pairs: Sequence[Pair]) -> Hits:
    """Whether the sentiment is right: positive, negative or neutral; one column.

    A side that names no sentiment has that of its first label that the project's own vocabulary
    knows. Rows whose truth has none do not count; a prediction that has none is wrong.
    """
    true = [_sentiment(pair.truth, pair.truth.labels) for pair in pairs]
    predicted = [_sentiment(pair.prediction, pair.predicted) for pair in pairs]
    hits = [a is not None and a == b for a, b in zip(true, predicted, strict=True)]
    counted = [sentiment is not None for sentiment in true]
    return Hits(np.array(hits, np.bool_).reshape(-1, 1), np.array(counted, np.bool_).reshape(-1, 1))


def worn_hits(pairs: Sequence[Pair]) -> Hits:
    """Whether what is put on over a feeling was named for the feeling itself; one column.

    Only rows count whose truth says what is put on. The family of a prediction is that of
    `confusion`.
    """
    worn = [None if pair.truth.facets is None else pair.truth.facets.worn_family for pair in pairs]
    named = [pair.prediction and family_of(pair.prediction) for pair in pairs]
    hits = [a is not None and a == b for a, b in zip(worn, named, strict=True)]
    counted = [family is not None for family in worn]
    return Hits(np.array(hits, np.bool_).reshape(-1, 1), np.array(counted, np.bool_).reshape(-1, 1))


def confusion(pairs: Sequence[Pair]) -> Confusion:
    """True families against predicted ones.

    A side that names no family has that of its first label that the project's own vocabulary
    knows. Rows whose truth has none are left out.
    """
    columns = (*FAMILIES, NO_FAMILY)
    counts = Counter(
        (
            family_of(pair.truth),
            (pair.prediction and family_of(pair.prediction)) or NO_FAMILY,
        )
        for pair in pairs
    )
    table = [[counts[true, predicted] for predicted in columns] for true in FAMILIES]
    return Confusion(FAMILIES, columns, np.array(table, np.int64))


def family_of(answer: Answer) -> str | None:
    """The family that it names, or that of its first label that the own vocabulary knows."""
    if answer.family is not None:
        return answer.family
    families = (vocabulary().family(label) for label in answer.labels)
    return next((family for family in families if family is not None), None)


def _basic_emotion(truth: Answer) -> str | None:
    if truth.family is not None:
        return truth.family
    return truth.labels[0] if len(truth.labels) == 1 else None


def _sentiment(answer: Answer | None, labels: Iterable[str]) -> Sentiment | None:
    if answer is not None and answer.sentiment is not None:
        return answer.sentiment
    sentiments = (vocabulary().sentiment(label) for label in labels)
    return next((sentiment for sentiment in sentiments if sentiment is not None), None)
