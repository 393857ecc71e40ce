"""How far those agree who decided blind."""

from collections.abc import Callable

import pytest

from pipeline.reviews.agreement import blind_agreement
from pipeline.reviews.decision import Decision

Decide = Callable[..., Decision]


def _both(decide: Decide, index: int, one: list[str], other: list[str]) -> list[Decision]:
    same = {"task": "double", "utterance_index": index}
    return [decide(labels=one, **same), decide(reviewer="ben", labels=other, **same)]


def test_only_blind_decisions_count(decide: Decide) -> None:
    found = blind_agreement([decide(), decide(reviewer="ben")])
    assert (found.units, found.annotators) == (0, ())


def test_kappa_and_alpha_are_those_of_the_families(decide: Decide) -> None:
    decisions = [
        *_both(decide, 0, ["joy"], ["happy"]),
        *_both(decide, 1, ["fear"], ["afraid"]),
        *_both(decide, 2, ["joy"], ["fear"]),
        *_both(decide, 3, ["anger"], ["anger"]),
    ]
    found = blind_agreement(decisions)
    assert found.units == 4
    # Cohen 1960: 3 of 4 agree; by chance 2/4 x 1/4 + 1/4 x 2/4 + 1/4 x 1/4 = 5/16.
    assert found.kappas[0].kappa == pytest.approx((3 / 4 - 5 / 16) / (1 - 5 / 16))
    # Krippendorff 2011: 3, 3 and 2 of 8 values; 2 disagreeing ordered pairs.
    assert found.alpha_family == pytest.approx(1 - 7 * 2 / (64 - 9 - 9 - 4))


def test_that_none_can_be_named_is_a_value_and_what_was_rejected_says_nothing(
    decide: Decide,
) -> None:
    decisions = [
        *_both(decide, 0, [], []),
        *_both(decide, 1, ["joy"], []),
        *_both(decide, 2, ["joy"], ["joy"]),
        decide(task="double", utterance_index=3),
        decide(task="double", utterance_index=3, reviewer="ben", verdict="rejected", labels=None),
    ]
    found = blind_agreement(decisions)
    assert found.units == 3
    assert found.kappas[0].kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))


def test_a_blind_decision_that_was_taken_back_does_not_count(decide: Decide) -> None:
    one, other = _both(decide, 0, ["joy"], ["fear"])
    back = decide(reviewer="ben", verdict="withdrawn", withdraws=other.id)
    assert blind_agreement([one, other, back]).units == 0
