"""The shares of a corpus are a partition that nothing but the ids decides."""

import argparse
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.shard import Shard


def _rows(names: list[str]) -> list[dict[str, Any]]:
    return [{"video_id": name} for name in names]


@given(st.lists(st.text(), unique=True), st.integers(1, 20))
def test_each_video_is_of_one_share_whatever_stands_beside_it(names: list[str], count: int) -> None:
    shards = [Shard(place, count) for place in range(1, count + 1)]
    drawn = [row["video_id"] for shard in shards for row in shard.of(_rows(names))]
    assert sorted(drawn) == sorted(names)
    for shard in shards:
        alone = [name for name in names if shard.of(_rows([name]))]
        assert shard.of(_rows(names)) == _rows(alone)
        assert shard.of(_rows(names[::-1])) == _rows(alone[::-1])


def test_shares_are_about_as_large_and_stay_what_they_are() -> None:
    names = [f"day{number // 50}/clip{number:05}.mp4" for number in range(4000)]
    sizes = [len(Shard(place, 8).of(_rows(names))) for place in range(1, 9)]
    assert min(sizes) > 400
    assert Shard(2, 500).of(_rows(names))[:2] == _rows(["day1/clip00091.mp4", "day9/clip00479.mp4"])


@pytest.mark.parametrize(
    "text", ["0/8", "9/8", "1/0", "1", "a/b", "1/8/2", "-1/8", "1.0/8", "\u0661/8"]
)
def test_what_is_no_share_is_said(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="1/8 is the first of eight"):
        Shard.read(text)


def test_a_share_is_told_as_it_was_asked_for() -> None:
    assert str(Shard.read("3/16")) == "3/16"
