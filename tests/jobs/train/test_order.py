"""The order of windows: all once an epoch, batches of like length, the same when it goes on."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jobs.train.order import OfLikeLength, about_how_long
from tests.jobs.train.windows import answer

_LENGTHS = st.lists(st.integers(1, 500), min_size=1, max_size=200)


@given(_LENGTHS, st.integers(1, 9), st.integers(0, 5))
def test_each_window_is_drawn_once_an_epoch(lengths: list[int], batch: int, epoch: int) -> None:
    order = OfLikeLength(lengths, batch, 0)
    order.set_epoch(epoch)
    assert sorted(order) == list(range(len(lengths)))
    assert len(order) == len(lengths)


def test_batches_hold_windows_of_like_length_in_any_order() -> None:
    lengths = [number % 50 for number in range(2000)]
    drawn = list(OfLikeLength(lengths, 8, 0))
    batches = [[lengths[place] for place in drawn[at : at + 8]] for at in range(0, 2000, 8)]
    widths = [max(batch) for batch in batches]
    assert sum(map(sum, batches)) > 0.9 * sum(8 * width for width in widths)
    falls = sum(after < before for before, after in pairwise(widths))
    assert 0.3 < falls / len(widths) < 0.7  # neither ever shorter nor ever longer


def test_an_epoch_is_drawn_as_it_was_whatever_was_drawn_before() -> None:
    one, other = (OfLikeLength(range(100), 4, 3) for _ in range(2))
    first = list(one)
    one.set_epoch(1)
    other.set_epoch(1)
    assert list(one) == list(other) != first
    assert list(OfLikeLength(range(100), 4, 4)) != first


def test_a_batch_that_is_not_full_comes_last() -> None:
    drawn = list(OfLikeLength([1] * 4 + [9], 4, 0))
    assert len(drawn) == 5
    lengths = [[1, 1, 1, 1, 9][place] for place in drawn]
    assert lengths.index(9) == 0  # the longest first, as the library has it


def test_what_has_more_and_longer_answers_is_longer() -> None:
    short = {0: answer(0, "calm")}
    more = {0: answer(0, "calm"), 1: answer(1, "glad")}
    longer = {0: answer(0, "calm", description="ANNA smiles, and looks at the door for a while.")}
    assert about_how_long(short) < about_how_long(more)
    assert about_how_long(short) < about_how_long(longer)
