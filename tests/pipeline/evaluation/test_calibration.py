"""Calibration errors by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.calibration import (
    brier,
    calibration_error,
    equal_mass_cuts,
    equal_width_cuts,
    reliability,
)

CONFIDENCE = np.array([0.05, 0.95, 0.95, 0.9, 1.0])
RIGHT = np.array([0.0, 1, 0, 1, 1])


def test_bins_of_equal_width_by_hand() -> None:
    """0.05 alone; 0.9, 0.95, 0.95, 1 together, which are 0.95 in the mean and right in 3 of 4."""
    cuts = equal_width_cuts()
    low, high = reliability(CONFIDENCE, RIGHT, cuts)
    assert (low.count, low.confidence, low.right) == (1, 0.05, 0)
    assert (high.count, high.low, high.high, high.right) == (4, 0.9, 1.0, 0.75)
    assert high.confidence == pytest.approx(0.95)
    assert calibration_error(CONFIDENCE, RIGHT, cuts) == pytest.approx((0.05 + 4 * 0.2) / 5)


def test_bins_of_equal_mass_hold_as_many_and_equal_values_together() -> None:
    confidence = np.arange(20) / 20
    counts = [one.count for one in reliability(confidence, confidence, equal_mass_cuts(confidence))]
    assert counts == [2] * 10
    crowded = np.array([0.1, 0.9, 0.9, 0.9, 0.9, 1.0])
    bins = reliability(crowded, np.ones(6), equal_mass_cuts(crowded, 3))
    assert [(one.low, one.high, one.count) for one in bins] == [(0.1, 0.1, 1), (0.9, 1.0, 5)]


def test_brier_by_hand() -> None:
    squares = [0.05**2, 0.05**2, 0.95**2, 0.1**2, 0]
    assert brier(CONFIDENCE, RIGHT) == pytest.approx(sum(squares) / 5)


def test_of_none_there_is_no_error() -> None:
    nothing = np.zeros(0)
    assert calibration_error(nothing, nothing, equal_mass_cuts(nothing)) == 0
    assert brier(nothing, nothing) == 0
    assert reliability(nothing, nothing, equal_width_cuts()) == ()


PREDICTIONS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=30
)


@given(PREDICTIONS)
def test_bins_hold_everything_once_whatever_the_order(
    predictions: list[tuple[float, float]],
) -> None:
    confidence, right = np.array(predictions).T
    for cuts in (equal_width_cuts(), equal_mass_cuts(confidence)):
        bins = reliability(confidence, right, cuts)
        assert sum(one.count for one in bins) == len(predictions)
        assert all(a.high < b.low for a, b in pairwise(bins))
        error = calibration_error(confidence, right, cuts)
        by_bins = sum(one.count * abs(one.confidence - one.right) for one in bins)
        assert error == pytest.approx(by_bins / len(predictions))
        assert calibration_error(confidence[::-1], right[::-1], cuts) == pytest.approx(error)


@given(PREDICTIONS)
def test_a_weight_is_a_repetition(predictions: list[tuple[float, float]]) -> None:
    confidence, right = np.array(predictions).T
    cuts, times = equal_width_cuts(), np.arange(len(right)) % 3
    twice = np.repeat(confidence, times), np.repeat(right, times)
    weights = times[None].astype(np.float64)
    assert calibration_error(confidence, right, cuts, weights)[0] == pytest.approx(
        float(calibration_error(*twice, cuts))
    )
    assert brier(confidence, right, weights)[0] == pytest.approx(float(brier(*twice)))
