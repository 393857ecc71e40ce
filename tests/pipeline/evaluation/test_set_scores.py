"""Set accuracy and recall against sums done by hand."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.evaluation.groups import Groups, own_groups
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.set_scores import set_overlaps, set_scores

PairsOf = Callable[..., list[Pair]]
G = Groups("by hand", {"happy": "joy", "glad": "joy", "sad": "sorrow", "down": "sorrow"})


def test_accuracy_recall_and_their_mean(pairs_of: PairsOf) -> None:
    pairs = pairs_of(
        [
            (["happy", "sad"], ["glad", "happy"]),  # G(Y) 2, G(P) 1, shared 1: 1 and 1/2
            (["sad"], ["down", "glad", "angry"]),  # 1, 3, 1: 1/3 and 1
            (["angry"], ["Angry"]),  # in no group, but the same word: 1 and 1
            (["angry"], ["furious"]),  # in no group, and different words: 0 and 0
            (["happy"], []),  # 0 and 0
            (["happy"], None),  # 0 and 0
            ([], ["happy"]),  # passed over
        ]
    )
    scores = set_scores(set_overlaps(pairs, G))
    assert scores.accuracy == pytest.approx(100 * (1 + 1 / 3 + 1) / 6)
    assert scores.recall == pytest.approx(100 * (1 / 2 + 1 + 1) / 6)
    assert scores.average == pytest.approx((scores.accuracy + scores.recall) / 2)


def test_a_truth_against_itself_is_100_and_nothing_is_0(pairs_of: PairsOf) -> None:
    pairs = pairs_of([(["content", "proud"], ["content", "proud"]), (["odd"], ["odd"])])
    scores = set_scores(set_overlaps(pairs, own_groups()))
    assert (scores.accuracy, scores.recall, scores.average) == (100, 100, 100)
    nothing = set_scores(set_overlaps([], G))
    assert (nothing.accuracy, nothing.recall, nothing.average) == (0, 0, 0)


def test_weights_give_a_score_each(pairs_of: PairsOf) -> None:
    overlaps = set_overlaps(pairs_of([(["happy"], ["glad"]), (["sad"], ["glad"])]), G)
    weights = np.array([[1, 1], [2, 0], [0, 2], [3, 1]], np.float64)
    assert set_scores(overlaps, weights).average == pytest.approx([50, 100, 0, 75])


WORDS = st.lists(st.sampled_from(("happy", "glad", "sad", "down", "odd", "strange")), max_size=4)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(WORDS, WORDS), max_size=6), st.randoms())
def test_neither_the_order_of_rows_nor_of_labels_counts(
    pairs_of: PairsOf, rows: list[tuple[list[str], list[str]]], rng: random.Random
) -> None:
    mixed = [(rng.sample(a, len(a)), rng.sample(b, len(b))) for a, b in rows]
    rng.shuffle(mixed)
    one, other = (set_scores(set_overlaps(pairs_of(each), G)) for each in (rows, mixed))
    assert one.accuracy == pytest.approx(other.accuracy)
    assert one.recall == pytest.approx(other.recall)
