"""Buckets hold every row once and pad little; what is padded is counted."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stages.generate.engines.buckets import MOST_PADDED, Positions, buckets


@given(st.lists(st.integers(1, 2000), max_size=80))
def test_every_row_is_in_one_bucket_and_little_is_padded(lengths: list[int]) -> None:
    found = buckets(lengths)
    assert sorted(index for bucket in found for index in bucket) == list(range(len(lengths)))
    counted = Positions()
    for bucket in found:
        counted.add([lengths[index] for index in bucket])
    assert counted.computed - counted.padded == sum(lengths)
    assert counted.waste <= MOST_PADDED


def test_rows_of_one_length_are_one_bucket() -> None:
    assert buckets([7] * 50) == [list(range(50))]


def test_a_long_row_does_not_make_the_short_ones_long() -> None:
    assert buckets([10, 1000, 10]) == [[1], [0, 2]]


def test_rows_that_are_computed_behind_their_ends_count_as_padding() -> None:
    counted = Positions()
    counted.add([10, 6])
    counted.add_steps(4, 1, places=5)
    assert (counted.computed, counted.padded, counted.waste) == (24, 5, 5 / 24)
    assert (counted.used, counted.places, counted.use) == (3, 5, 3 / 5)


def test_what_came_since_is_told_apart() -> None:
    counted = Positions()
    counted.add([10, 6])
    before = replace(counted)
    counted.add_steps(4, 1, places=5)
    assert counted.since(before) == Positions(computed=4, padded=1, places=5, used=3)
