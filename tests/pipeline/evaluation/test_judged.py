"""Which labels are right, word by word."""

import numpy as np
import pytest

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.judged import Judged, judged_answers, judged_labels
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.wheels.own import own_wheels
from pipeline.evaluation.wheels.wheel import Wheel, Wheels

OWN = own_wheels()


def pair(
    true: tuple[str, ...],
    predicted: dict[str, float | None] | None,
    video: str = "a",
) -> Pair:
    answer = (
        None if predicted is None else Answer(video, tuple(predicted), tuple(predicted.values()))
    )
    return Pair(Answer(video, true), answer)


def shown(judged: Judged) -> list[tuple[float, float]]:
    return list(zip(judged.confidence.tolist(), judged.right.tolist(), strict=True))


def test_a_label_of_the_right_family_is_right() -> None:
    judged = judged_labels([pair(("furious",), {"annoyed": 0.9, "sad": 0.4})], OWN)
    assert shown(judged) == [(0.9, 1), (0.4, 0)]
    assert judged.videos == ("a", "a")


def test_a_word_off_the_wheel_is_right_only_where_the_truth_has_it() -> None:
    pairs = [pair(("sad", "saudade"), {"saudade": 0.8}), pair(("sad",), {"saudade": 0.8})]
    assert shown(judged_labels(pairs, OWN)) == [(0.8, 1), (0.8, 0)]


def test_rows_whose_truth_is_on_no_wheel_are_passed_over() -> None:
    judged = judged_labels([pair(("saudade",), {"saudade": 0.8}), pair((), {"sad": 0.8})], OWN)
    assert (shown(judged), judged.asked) == ([], 0)


def test_a_label_without_a_confidence_cannot_be_judged() -> None:
    judged = judged_labels([pair(("sad",), {"sad": None, "angry": 0.3})], OWN)
    assert shown(judged) == [(0.3, 0)]


def test_the_surest_label_answers_for_the_row_and_no_label_leaves_it_out() -> None:
    pairs = [
        pair(("sad",), {"happy": 0.4, "sad": 0.7, "angry": 0.7}, "a"),
        pair(("sad",), {}, "b"),
        pair(("sad",), None, "c"),
    ]
    judged = judged_answers(pairs, OWN)
    assert (shown(judged), judged.videos, judged.asked) == ([(0.7, 1)], ("a",), 3)


def test_over_several_wheels_the_share_of_those_that_know_the_truth_counts() -> None:
    """Two wheels put bitter with anger, one with sadness; a fourth does not know anger at all."""
    bitter = ({"angry": "anger", "bitter": "anger"},) * 2 + ({"angry": "anger", "bitter": "sad"},)
    wheels = Wheels(
        "four",
        forms={word: (word,) for word in ("angry", "bitter")},
        synonyms={word: (word,) for word in ("angry", "bitter")},
        wheels=tuple(
            Wheel(str(at), level1=ring, level2=ring)
            for at, ring in enumerate((*bitter, {"bitter": "sad"}))
        ),
    )
    judged = judged_labels([pair(("angry",), {"bitter": 0.6})], wheels)
    assert judged.right == pytest.approx(np.array([2 / 3]))
