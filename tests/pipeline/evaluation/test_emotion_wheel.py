"""The emotion-wheel score against sums done by hand, and what must not move it."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.emotion_wheel import label_use, wheel_overlaps, wheel_scores
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.wheels.own import own_wheels, vocabulary
from pipeline.evaluation.wheels.wheel import Wheels

PairsOf = Callable[..., list[Pair]]
WORDS = st.sampled_from(("happy", "glad", "sad", "sadly", "blue", "mad", "keen", "unheard of"))
ROWS = st.lists(
    st.tuples(st.lists(WORDS, max_size=4), st.none() | st.lists(WORDS, max_size=4)), max_size=8
)
FREE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_an_f_is_that_of_mean_precision_and_mean_recall(
    pairs_of: PairsOf, two_wheels: Wheels
) -> None:
    pairs = pairs_of(
        [
            # one: {joy} of {joy, sorrow}: P 1, R 1/2. other: {good} of {good, bad}: P 1, R 1/2
            (["happy", "sad"], ["glad"]),
            # one: {sorrow} against {joy, sorrow, rage}: P 1/3, R 1. other: {bad}, {good, bad}: 1/2
            (["Sadly "], ["happy", "blue", "sad", "mad"]),
            # one: {sorrow}, nothing predicted: 0, 0. other: no true class, passed over
            (["blue"], []),
            # no true class on any wheel: passed over
            (["unheard of"], ["happy"]),
            # no answer at all: 0, 0 on both
            (["happy"], None),
        ]
    )
    scores = wheel_scores(wheel_overlaps(pairs, two_wheels))
    precision, recall = np.array([(1 + 1 / 3) / 4, 1.5 / 3]), np.array([1.5 / 4, 1.5 / 3])
    f = 2 * precision * recall / (precision + recall)
    assert scores.f_by_wheel == pytest.approx(100 * f)
    assert scores.f == pytest.approx(100 * f.mean())
    assert scores.precision == pytest.approx(100 * precision.mean())
    assert scores.recall == pytest.approx(100 * recall.mean())


def test_of_several_candidates_the_first_in_the_alphabet_that_is_on_the_wheel_counts(
    two_wheels: Wheels,
) -> None:
    assert two_wheels.classes("keen") == ("rage", "good")  # "acute" is not on the other wheel
    assert two_wheels.classes("mad") == ("rage", "bad")
    assert two_wheels.classes("mad", "level2") == ("ire", "rage")
    assert two_wheels.classes(" MAD\n") == ("rage", "bad")
    assert two_wheels.classes("madness") == (None, None)


def test_level_2_is_stricter(pairs_of: PairsOf, two_wheels: Wheels) -> None:
    pairs = pairs_of([(["sad"], ["blue"])])
    assert wheel_scores(wheel_overlaps(pairs, two_wheels)).f_by_wheel.tolist() == [100, 0]
    scores = wheel_scores(wheel_overlaps(pairs, two_wheels, "level2"))
    assert scores.f_by_wheel.tolist() == [0, 0]


def test_without_a_row_that_counts_all_is_0(pairs_of: PairsOf, two_wheels: Wheels) -> None:
    for pairs in ([], pairs_of([([], ["happy"])])):
        scores = wheel_scores(wheel_overlaps(pairs, two_wheels))
        assert (scores.f, scores.precision, scores.recall) == (0, 0, 0)


def test_what_stands_beside_the_score(pairs_of: PairsOf, two_wheels: Wheels) -> None:
    rows = [(["happy"], ["glad", "unheard of"]), (["odd", "sad"], ["strange"]), (["sad"], None)]
    use = label_use(pairs_of(rows), two_wheels)
    assert (use.mean_predicted, use.mean_true) == (1, pytest.approx(4 / 3))
    assert use.coverage == pytest.approx(1 / 3)
    assert use.off_wheels_predicted == pytest.approx(2 / 3)
    assert use.off_wheels_true == pytest.approx(1 / 4)
    assert label_use([], two_wheels).off_wheels_predicted == 0


@FREE
@given(ROWS, st.randoms())
def test_neither_the_order_of_rows_nor_of_labels_counts(
    pairs_of: PairsOf,
    two_wheels: Wheels,
    rows: list[tuple[list[str], list[str] | None]],
    rng: random.Random,
) -> None:
    mixed = [
        (rng.sample(true, len(true)), None if said is None else rng.sample(said, len(said)))
        for true, said in rows
    ]
    rng.shuffle(mixed)
    scores = [
        wheel_scores(wheel_overlaps(pairs_of(each), two_wheels)).f_by_wheel
        for each in (rows, mixed)
    ]
    assert scores[0] == pytest.approx(scores[1])
    assert np.all((scores[0] >= 0) & (scores[0] <= 100))


@FREE
@given(ROWS, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_a_weight_is_how_often_a_row_is_there(
    pairs_of: PairsOf, two_wheels: Wheels, rows: list[tuple[list[str], list[str]]], often: list[int]
) -> None:
    weights = np.array([often[: len(rows)]] * 2, np.float64)
    repeated = [row for row, times in zip(rows, often, strict=False) for _ in range(times)]
    weighted = wheel_scores(wheel_overlaps(pairs_of(rows), two_wheels), weights)
    expected = wheel_scores(wheel_overlaps(pairs_of(repeated), two_wheels))
    assert weighted.f.shape == (2,)
    # A wheel of which a draw holds no row has no score there.
    by_wheel = np.nan_to_num(weighted.f_by_wheel)
    assert by_wheel == pytest.approx(np.stack([expected.f_by_wheel] * 2))


def test_a_truth_against_itself_is_100_and_against_a_shuffled_one_near_chance() -> None:
    families = vocabulary().family_of
    words = [word for word, family in families.items() if family != "neutral"]
    rng = random.Random(7)
    truth = [Answer(f"v{at}", (rng.choice(words),)) for at in range(2000)]
    shuffled = rng.sample(truth, len(truth))
    wheels = own_wheels()
    same = wheel_scores(wheel_overlaps([Pair(row, row) for row in truth], wheels))
    assert (same.f, same.precision, same.recall) == (100, 100, 100)
    pairs = [Pair(row, other) for row, other in zip(truth, shuffled, strict=True)]
    shares = [
        sum(families[word] == family for word in words) / len(words)
        for family in set(families.values())
    ]
    chance = 100 * sum(share**2 for share in shares)
    assert wheel_scores(wheel_overlaps(pairs, wheels)).f == pytest.approx(chance, abs=3)
