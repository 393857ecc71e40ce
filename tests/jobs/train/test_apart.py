"""Which videos are held out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.train.apart import held_out_names
from stages.faults import SetupError

names = st.sets(st.text(min_size=1), min_size=2, max_size=40)


@given(names, st.floats(0.01, 0.99), st.integers(0, 5))
def test_there_is_always_something_on_both_sides(videos: set[str], share: float, seed: int) -> None:
    aside = held_out_names(videos, share, seed)
    assert aside
    assert aside < videos
    assert held_out_names(sorted(videos), share, seed) == aside


def test_it_is_about_the_share_that_was_asked_for_and_another_for_another_seed() -> None:
    videos = [f"v{number}" for number in range(1000)]
    first, second = (held_out_names(videos, 0.1, seed) for seed in (0, 1))
    assert 70 < len(first) < 130
    assert first != second


def test_a_video_that_is_added_moves_no_other() -> None:
    videos = [f"v{number}" for number in range(100)]
    before = held_out_names(videos, 0.3, 0)
    assert held_out_names([*videos, "new"], 0.3, 0) - {"new"} == before


def test_one_video_alone_is_refused() -> None:
    with pytest.raises(SetupError, match="--held-out"):
        held_out_names(["v"], 0.5, 0)
