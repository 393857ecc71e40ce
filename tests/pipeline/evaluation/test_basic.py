"""Hit rate, sentiment and confusion against counts done by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.evaluation.answers import Answer, Facets
from pipeline.evaluation.basic import NO_FAMILY, basic_hits, confusion, sentiment_hits, worn_hits
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.wheels.own import FAMILIES, own_wheels
from pipeline.evaluation.wheels.wheel import Wheels

PairsOf = Callable[..., list[Pair]]


def test_the_one_true_emotion_must_be_among_the_predicted(
    pairs_of: PairsOf, two_wheels: Wheels
) -> None:
    pairs = pairs_of(
        [
            (["sad"], ["happy", "blue"]),  # one: sorrow is there; other: blue is on no class
            (["happy"], ["glad", "sad"]),  # there on both
            (["happy"], None),
            (["blue"], ["sad"]),  # there on one; not counted on other
            (["happy", "sad"], ["happy"]),  # not one emotion: not counted
            (["odd"], ["odd"]),  # on no wheel: not counted
        ]
    )
    hits = basic_hits(pairs, two_wheels)
    assert hits.rate() == pytest.approx([3 / 4, 1 / 3])
    assert hits.rate(np.array([[0, 1, 0, 0, 0, 0.0]])) == pytest.approx(np.array([[1, 1]]))
    assert basic_hits([], two_wheels).rate().tolist() == [0, 0]


def test_the_family_is_the_one_emotion_where_the_truth_names_it() -> None:
    truth = Answer("v", ("wistful", "lonely"), family="sadness")
    hits = basic_hits([Pair(truth, Answer("v", ("gloomy",)))], own_wheels())
    assert hits.rate().tolist() == [1]


def test_sentiment_is_named_or_that_of_the_first_label_that_is_known() -> None:
    pairs = [
        Pair(Answer("a", ("odd",), sentiment="positive"), Answer("a", ("xyz", "glad", "sad"))),
        Pair(Answer("b", ("sad",)), Answer("b", ("calm",), sentiment="negative")),
        Pair(Answer("c", ("sad",)), Answer("c", ("calm",))),
        Pair(Answer("d", ("surprised",)), None),
        Pair(Answer("e", ("xyz",)), Answer("e", ("happy",))),  # not counted
    ]
    hits = sentiment_hits(pairs)
    assert hits.hits[:, 0].tolist() == [True, True, False, False, False]
    assert hits.counted[:, 0].tolist() == [True, True, True, True, False]
    assert hits.rate() == pytest.approx([0.5])
    assert sentiment_hits([]).rate().tolist() == [0]


def test_confusion_counts_families_of_first_known_labels() -> None:
    table = confusion(
        [
            Pair(Answer("a", ("odd",), family="fear"), Answer("a", ("astonished", "afraid"))),
            Pair(Answer("b", ("sad",)), Answer("b", ("xyz", "gloomy"))),
            Pair(Answer("c", ("sad",)), Answer("c", ("xyz",))),
            Pair(Answer("d", ("sad",)), None),
            Pair(Answer("e", ("xyz",)), Answer("e", ("happy",))),  # left out
        ]
    )
    assert table.rows == FAMILIES
    assert table.columns == (*FAMILIES, NO_FAMILY)
    counts = {
        (row, column): int(table.counts[i, j])
        for i, row in enumerate(table.rows)
        for j, column in enumerate(table.columns)
        if table.counts[i, j]
    }
    assert counts == {("fear", "surprise"): 1, ("sadness", "sadness"): 1, ("sadness", "none"): 2}
    assert confusion([]).counts.shape == (8, 9)


def test_what_is_put_on_is_counted_where_it_is_named_for_what_is_felt() -> None:
    masked = Facets("masked", "neutral", False, False, worn_family="happiness")
    open_ = Facets("macro", "neutral", False, False)
    truth = [Answer("v", ("angry",), facets=facets) for facets in (masked, masked, masked, open_)]
    named = [Answer("v", (label,)) for label in ("happy", "angry", "zzz", "happy")]
    found = worn_hits([Pair(*pair) for pair in zip(truth, named, strict=True)])
    assert found.hits[:, 0].tolist() == [True, False, False, False]
    assert found.counted[:, 0].tolist() == [True, True, True, False]
