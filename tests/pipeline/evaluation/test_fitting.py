"""What labels teach of others by probability, measurement and class, and how cautiously."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.calibration import calibration_error, equal_mass_cuts
from pipeline.evaluation.fitting import LEAST_LABELS, cross_fitted, fit_calibration
from pipeline.evaluation.judged import Judged
from pipeline.evaluation.selective import aurc
from stages.faults import SetupError
from stages.model.calibration import Calibration

CLASSES = {"glad": "joy", "sad": "grief", "odd": None}


def judged(
    confidence: Any, right: Any, words: Any = (), measured: tuple[frozenset[str], ...] = ()
) -> Judged:
    count = len(right)
    words = tuple(words) or ("odd",) * count
    return Judged(
        np.asarray(confidence),
        np.asarray(right, np.float64),
        tuple(str(at // 3) for at in range(count)),
        count,
        words,
        tuple(CLASSES[word] for word in words),
        measured or (frozenset(),) * count,
    )


def too_sure(count: int, seed: int = 0) -> Judged:
    """Right half as often as said."""
    draw = np.random.default_rng(seed)
    confidence = draw.uniform(0.2, 1, count)
    return judged(confidence, draw.random(count) < confidence / 2)


def as_measured(count: int, seed: int = 0) -> Judged:
    """Equally sure of all; right 8 times in 10 where a face tells, else 3 times, joy once more."""
    draw = np.random.default_rng(seed)
    words = draw.choice(["glad", "sad"], count).tolist()
    seen = draw.random(count) < 0.5
    share = 0.3 + 0.5 * seen + 0.1 * (np.array(words) == "glad")
    told = tuple(frozenset({"macro"} if one else ()) for one in seen)
    return judged(np.full(count, 0.97), draw.random(count) < share, words, told)


def fitted(labels: Judged) -> Calibration:
    return fit_calibration(labels, "0a", "0b", "own vocabulary")


def test_a_model_that_is_too_sure_is_put_right() -> None:
    found = fitted(too_sure(3000))
    for said in (0.3, 0.5, 0.7, 0.9):
        assert found.applied(said, "odd", ()) == pytest.approx(said / 2, abs=0.06)
    assert found.fitted_on.labels == 3000
    assert found.fitted_on.videos == 1000


def test_what_was_measured_and_the_class_of_a_label_count() -> None:
    found = fitted(as_measured(4000))
    assert found.applied(0.97, "sad", ()) == pytest.approx(0.3, abs=0.05)
    assert found.applied(0.97, "glad", ()) == pytest.approx(0.4, abs=0.05)
    assert found.applied(0.97, "sad", {"macro"}) == pytest.approx(0.8, abs=0.05)
    assert found.applied(0.97, "glad", {"macro"}) == pytest.approx(0.9, abs=0.05)
    assert {name: one.words for name, one in found.classes.items()} == {
        "grief": ("sad",),
        "joy": ("glad",),
    }


def test_a_lucky_class_of_two_labels_counts_little() -> None:
    words = ["glad"] * 2 + ["sad"] * 98
    found = fitted(judged(np.full(100, 0.9), [1, 1] + [1, 0] * 49, words))
    assert 0.5 < found.applied(0.9, "glad", ()) < 0.75


def test_a_model_that_is_wrong_the_surer_it_is_has_its_sureness_ignored() -> None:
    draw = np.random.default_rng(0)
    confidence = draw.uniform(0.05, 0.95, 600)
    found = fitted(judged(confidence, draw.random(600) > confidence))
    assert found.sureness == 0
    assert found.applied(0.1, "odd", ()) == found.applied(0.9, "odd", ())


def test_nothing_is_ever_certain() -> None:
    confidence = np.linspace(0, 1, 98)
    for right, edge in ((np.ones(98), 0.99), (np.zeros(98), 0.01)):
        assert fitted(judged(confidence, right)).applied(0.5, "odd", ()) == pytest.approx(edge)


def test_too_few_labels_are_refused() -> None:
    with pytest.raises(SetupError, match=r"49 predicted labels .* at least 50"):
        fitted(too_sure(LEAST_LABELS - 1))


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.4, 1.0]), st.sampled_from([*CLASSES])),
        min_size=50,
        max_size=90,
    )
)
def test_the_order_of_labels_does_not_matter(labels: list[tuple[float, float, str]]) -> None:
    values = []
    for step in (1, -1):
        confidence, right, words = zip(*labels[::step], strict=True)
        found = fitted(judged(confidence, right, words))
        values.append([found.applied(said, word, ()) for said in (0, 0.5, 1) for word in CLASSES])
    assert values[0] == pytest.approx(values[1], abs=1e-3)


def test_what_other_videos_teach_lowers_the_error() -> None:
    labels = too_sure(1500)
    calibrated = cross_fitted(labels, seed=0)
    assert calibrated is not None
    errors = [
        float(calibration_error(said, labels.right, equal_mass_cuts(said)))
        for said in (labels.confidence, calibrated)
    ]
    assert errors[0] > 0.25
    assert errors[1] < 0.06


def test_what_other_videos_teach_parts_right_from_wrong() -> None:
    labels = as_measured(1500)
    calibrated = cross_fitted(labels, seed=0)
    assert calibrated is not None
    blind = cross_fitted(replace(labels, measured=(frozenset(),) * 1500), seed=0)
    assert aurc(calibrated, labels.right) < aurc(blind, labels.right) - 0.1


def test_few_videos_cannot_be_parted() -> None:
    assert cross_fitted(too_sure(12), seed=0) is None
