"""Risk against coverage, by hand and as it must be whatever the rows are."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.selective import aurc, risk_coverage

ANSWERS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.4, 0.5, 0.9]), st.sampled_from([0.0, 1.0])),
    min_size=1,
    max_size=7,
)


def test_the_curve_by_hand() -> None:
    """Four of five rows answered; the two of 0.6 are kept together."""
    curve = risk_coverage(np.array([0.6, 0.9, 0.6, 0.2]), np.array([1.0, 1, 0, 0]), asked=5)
    assert curve.threshold.tolist() == [0.9, 0.6, 0.2]
    assert curve.coverage.tolist() == pytest.approx([1 / 5, 3 / 5, 4 / 5])
    assert curve.risk.tolist() == pytest.approx([0, 1 / 3, 1 / 2])


def test_the_area_by_hand() -> None:
    """Risks of keeping 1, 2, 3, 4: 0, then (0 + 1/2) / 2, 1/3 and 2/4."""
    area = aurc(np.array([0.6, 0.9, 0.6, 0.2]), np.array([1.0, 1, 0, 0]))
    assert area == pytest.approx((0 + 1 / 4 + 1 / 3 + 1 / 2) / 4)


def test_a_confidence_that_says_nothing_gives_the_share_of_wrong_ones() -> None:
    assert aurc(np.full(5, 0.5), np.array([1.0, 1, 0, 1, 0])) == pytest.approx(2 / 5)


def test_no_answers_give_an_empty_curve_and_no_risk() -> None:
    nothing = np.zeros(0)
    assert aurc(nothing, nothing) == 0
    curve = risk_coverage(nothing, nothing, asked=3)
    assert len(curve.risk) == 0
    assert curve.within(0.5) is None


def test_the_most_that_can_be_kept_within_a_budget() -> None:
    """A risk that falls again counts: it is the largest coverage that matters."""
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([0.0, 1, 1, 1, 0])
    curve = risk_coverage(confidence, right, asked=10)
    found = curve.within(0.25)
    assert found is not None
    assert (found.threshold, found.coverage, found.risk) == pytest.approx((0.6, 0.4, 0.25))
    assert curve.within(0.2) is None


@given(ANSWERS)
def test_the_area_is_the_mean_over_all_orders_of_equal_confidences(
    answers: list[tuple[float, float]],
) -> None:
    areas = []
    for order in permutations(answers):
        if any(a[0] < b[0] for a, b in pairwise(order)):
            continue
        wrong = np.cumsum([1 - right for _, right in order])
        areas.append((wrong / np.arange(1, len(order) + 1)).mean())
    confidence, right = np.array(answers).T
    assert aurc(confidence, right) == pytest.approx(np.mean(areas))


@given(ANSWERS, st.data())
def test_a_weight_is_a_repetition(answers: list[tuple[float, float]], data: st.DataObject) -> None:
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(answers), max_size=len(answers)))
    confidence, right = np.array(answers).T
    repeated = aurc(np.repeat(confidence, times), np.repeat(right, times))
    weighted = aurc(confidence, right, np.array([times, times], np.float64))
    assert weighted.tolist() == pytest.approx([float(repeated)] * 2)
