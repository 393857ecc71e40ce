"""Agreement against examples done by hand and one that was published."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.agreement import (
    Values,
    cohen_kappa,
    krippendorff_alpha,
    masi_distance,
    nominal_distance,
)
from pipeline.evaluation.overlaps import Floats

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers,
# twelve units, values 1..5; -1 is a unit that an observer left out.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, -1, -1, -1],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, -1, 3],
        [-1, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, -1],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, -1],
    ]
)
OBSERVED = np.where(OBSERVERS < 0, -1, OBSERVERS - 1)


def _squared(one: Values, other: Values) -> Floats:
    """The distance of interval data."""
    return (one[:, None] - other).astype(np.float64) ** 2


def _masi(sets: list[frozenset[str]]) -> Floats:
    """From each to each."""
    every = np.arange(len(sets))
    return masi_distance(sets)(every, every)


def test_the_published_example_has_the_published_alpha() -> None:
    """The paper gives alpha = 0.743 for nominal data, from 40 pairable values."""
    assert krippendorff_alpha(OBSERVED, nominal_distance) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_interval_data_is_that_of_the_same_paper() -> None:
    assert krippendorff_alpha(OBSERVED, _squared) == pytest.approx(0.849, abs=0.0005)


def test_alpha_of_the_example_with_three_coders() -> None:
    """The one in most accounts of alpha, with 26 pairable values: 0.691 nominal, 0.811 interval."""
    coders = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
    codes = np.array([[-1 if c == "*" else int(c) - 1 for c in one] for one in coders])
    assert krippendorff_alpha(codes, nominal_distance) == pytest.approx(0.691, abs=0.0005)
    assert krippendorff_alpha(codes, _squared) == pytest.approx(0.811, abs=0.0005)


def test_alpha_by_hand() -> None:
    """Two annotators, aa ab bb: one pair in three differs, six values are three a and three b.

    Observed 2 / 6, expected 2 * 3 * 3 / (6 * 5): alpha = 1 - (1/3) / (3/5) = 4/9.
    """
    codes = np.array([[0, 0, 1], [0, 1, 1]])
    assert krippendorff_alpha(codes, nominal_distance) == pytest.approx(4 / 9)


def test_kappa_by_hand() -> None:
    """aa aa ab ba bb: 3 of 5 agree; by chance 0.6 * 0.6 + 0.4 * 0.4 = 0.52."""
    one, other = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 0, 1])
    assert cohen_kappa(one, other) == pytest.approx((0.6 - 0.52) / 0.48)


def test_units_that_one_left_out_do_not_count() -> None:
    one, other = np.array([0, 0, 0, 1, 1, -1, 2]), np.array([0, 0, 1, 0, 1, 1, -1])
    assert cohen_kappa(one, other) == cohen_kappa(one[:5], other[:5])
    alone = np.array([[0, 0, 1, -1], [0, 1, 1, 0]])
    assert krippendorff_alpha(alone, nominal_distance) == pytest.approx(4 / 9)


def test_where_there_is_nothing_to_agree_on_there_is_no_number() -> None:
    same, nothing = np.array([1, 1]), np.array([-1, -1])
    assert cohen_kappa(same, same) is None
    assert cohen_kappa(same, nothing) is None
    assert krippendorff_alpha(np.array([same, same]), nominal_distance) is None
    assert krippendorff_alpha(np.array([same, nothing]), nominal_distance) is None


def test_masi_by_hand() -> None:
    sets = [frozenset(one) for one in ("ab", "a", "bc", "d", "")]
    distances = _masi(sets)
    assert distances[0].tolist() == pytest.approx([0, 1 - 1 / 2 * 2 / 3, 1 - 1 / 3 * 1 / 3, 1, 1])
    assert distances[4].tolist() == [1, 1, 1, 1, 0]


@given(st.lists(st.frozensets(st.sampled_from("abcd")), min_size=1, unique=True))
def test_masi_is_a_symmetric_distance(sets: list[frozenset[str]]) -> None:
    distances = _masi(sets)
    assert np.allclose(distances, distances.T)
    assert not distances.diagonal().any()
    assert ((distances >= 0) & (distances <= 1)).all()


@given(st.lists(st.lists(st.integers(-1, 2), min_size=3, max_size=3), min_size=1, max_size=8))
def test_neither_the_order_of_annotators_nor_that_of_units_matters(rows: list[list[int]]) -> None:
    codes = np.array(rows).T
    alpha = krippendorff_alpha(codes, nominal_distance)
    for order in permutations(range(3)):
        again = krippendorff_alpha(codes[list(order)][:, ::-1], nominal_distance)
        assert again == (None if alpha is None else pytest.approx(alpha))


def test_alpha_of_many_different_sets_is_summed_part_by_part() -> None:
    """Neighbours share one of three words: a distance of 8/9, where nearly all are at 1."""
    sets = [frozenset((str(number % 50), str(number // 50))) for number in range(2000)]
    codes = np.stack([np.arange(2000), np.roll(np.arange(2000), 1)])
    alpha = krippendorff_alpha(codes, masi_distance(sets))
    assert alpha == pytest.approx(1 / 9, abs=0.005)
