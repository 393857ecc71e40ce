"""Intervals over videos: as wide as they should be, the same again, and quick."""

import time

import numpy as np
import pytest

from pipeline.evaluation.intervals import Resamples, Score
from pipeline.evaluation.overlaps import Floats, Hits


def _mean(values: Floats) -> Score:
    def score(weights: Floats | None) -> Floats:
        rows = np.ones(len(values)) if weights is None else weights
        return rows @ values / rows.sum(axis=-1)

    return score


def _share_of_ones(weights: Floats | None) -> Floats:
    hits = Hits(np.ones((3, 1), np.bool_), np.ones((3, 1), np.bool_))
    return hits.rate(weights)[..., 0]


def test_a_mean_of_independent_rows_has_the_interval_of_the_formula() -> None:
    values = np.random.default_rng(0).normal(size=400)
    videos = [str(row) for row in range(400)]
    found = Resamples(videos, seed=1).estimate(_mean(values), videos)
    assert found.value == pytest.approx(values.mean())
    assert found.low is not None
    assert found.high is not None
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - half, abs=0.15 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.15 * half)


def test_rows_of_one_video_count_as_one() -> None:
    """Ten copies of each row say nothing more than one: the interval stays as wide."""
    values = np.random.default_rng(0).normal(size=50)
    videos = [str(row) for row in range(50)]
    once = Resamples(videos, seed=1).estimate(_mean(values), videos)
    copied = Resamples(videos, seed=1).estimate(_mean(np.repeat(values, 10)), videos * 10)
    again = Resamples(videos, seed=1).estimate(
        _mean(np.repeat(values, 10)), list(np.repeat(videos, 10))
    )
    assert again.low == pytest.approx(once.low)
    assert again.high == pytest.approx(once.high)
    assert copied != again  # rows belong to their own video


def test_draws_that_hold_no_row_of_a_part_say_nothing_of_it() -> None:
    """A part of one video of five is missing from a third of the draws."""
    found = Resamples([str(row) for row in range(5)], seed=1).estimate(_share_of_ones, ["0"] * 3)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_a_seed_gives_the_same_and_another_seed_another() -> None:
    values = np.random.default_rng(0).normal(size=30)
    videos = [str(row) for row in range(30)]
    one, same, other = (
        Resamples(order, seed).estimate(_mean(values), videos)
        for order, seed in ((videos, 3), (videos[::-1], 3), (videos, 4))
    )
    assert one == same
    assert one != other


def test_one_video_has_no_interval() -> None:
    found = Resamples(["a"], seed=0).estimate(_mean(np.array([1.0, 0.0])), ["a", "a"])
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_five_thousand_rows_take_no_longer_than_a_person_waits() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    videos = [str(row // 5) for row in range(5000)]
    begun = time.process_time()
    Resamples(videos, seed=0).estimate(_mean(values), videos)
    assert time.process_time() - begun < 2
