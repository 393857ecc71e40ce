"""The map from confidence to what is right: monotone, cautious, and better on what it never saw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.calibration import calibration_error, equal_mass_cuts
from pipeline.evaluation.fitting import LEAST_LABELS, cross_fitted, fit_calibration
from pipeline.evaluation.judged import Judged
from stages.faults import SetupError
from stages.model.calibration import Calibration


def judged(confidence: np.ndarray, right: np.ndarray) -> Judged:
    return Judged(confidence, right, tuple(str(at // 3) for at in range(len(right))), len(right))


def too_sure(count: int, seed: int = 0) -> Judged:
    """Right half as often as said."""
    draw = np.random.default_rng(seed)
    confidence = draw.uniform(0.2, 1, count)
    return judged(confidence, (draw.random(count) < confidence / 2).astype(float))


def fitted(labels: Judged) -> Calibration:
    return fit_calibration(labels, "0a", "0b", "own vocabulary")


def test_a_model_that_is_too_sure_is_put_right() -> None:
    found = fitted(too_sure(3000))
    for said in (0.3, 0.5, 0.7, 0.9):
        assert found.applied(said) == pytest.approx(said / 2, abs=0.06)
    assert found.fitted_on.labels == 3000
    assert found.fitted_on.videos == 1000


def test_one_lucky_label_does_not_make_a_one() -> None:
    """The surest label is right, its nine neighbours are wrong: a tenth, and not all."""
    confidence = np.linspace(0.1, 0.9, LEAST_LABELS)
    right = np.zeros(LEAST_LABELS)
    right[-1] = 1
    assert fitted(judged(confidence, right)).applied(1.0) == pytest.approx(0.1)


def test_nothing_is_ever_certain() -> None:
    confidence = np.linspace(0, 1, 98)
    for right, edge in ((np.ones(98), 0.99), (np.zeros(98), 0.01)):
        found = fitted(judged(confidence, right))
        assert found.applied(0.5) == pytest.approx(edge)
        assert len(found.knots) == 2


def test_too_few_labels_are_refused() -> None:
    with pytest.raises(SetupError, match=r"49 predicted labels .* at least 50"):
        fitted(too_sure(49))


def test_equal_confidences_make_one_value() -> None:
    right = np.arange(60) % 2 * 1.0
    found = fitted(judged(np.full(60, 0.7), right))
    assert [found.applied(said) for said in (0.0, 0.7, 1.0)] == [0.5] * 3


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.4, 1.0])), min_size=50, max_size=90)
)
def test_the_map_never_goes_down_and_the_order_of_labels_does_not_matter(
    labels: list[tuple[float, float]],
) -> None:
    confidence, right = np.array(labels).T
    found, again = (fitted(judged(confidence[::step], right[::step])) for step in (1, -1))
    values = [found.applied(said) for said in np.linspace(0, 1, 50)]
    assert values == sorted(values)
    assert 0 < values[0] <= values[-1] < 1
    assert np.allclose(found.knots, again.knots)


def test_maps_fitted_on_other_videos_lower_the_error() -> None:
    labels = too_sure(1500)
    calibrated = cross_fitted(labels, seed=0)
    assert calibrated is not None
    errors = [
        float(calibration_error(said, labels.right, equal_mass_cuts(said)))
        for said in (labels.confidence, calibrated)
    ]
    assert errors[0] > 0.25
    assert errors[1] < 0.06


def test_few_videos_cannot_be_parted() -> None:
    assert cross_fitted(too_sure(12), seed=0) is None
