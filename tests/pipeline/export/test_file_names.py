"""File names are safe, all different, and the same in any order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.file_names import file_stems


@pytest.mark.parametrize(
    ("video_id", "stem"),
    [
        ("talk.mp4", "talk"),
        ("day1/talk.v2.mp4", "day1_talk.v2"),
        ("../../etc/passwd", "etc_passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("访谈 1.mp4", "访谈_1"),
        ("", "video"),
    ],
)
def test_a_name_is_the_id_without_what_is_unsafe(video_id: str, stem: str) -> None:
    assert file_stems([video_id]) == {video_id: stem}


def test_equal_names_are_told_apart() -> None:
    stems = file_stems(["a/talk.mp4", "a_talk.mp4", "A/Talk.mov", "other.mp4"])
    assert stems["other.mp4"] == "other"
    assert len({stem.casefold() for stem in stems.values()}) == 4


@given(st.sets(st.text(max_size=200), max_size=8))
def test_names_are_safe_different_and_of_no_order(ids: set[str]) -> None:
    stems = file_stems(sorted(ids))
    assert stems == file_stems(sorted(ids, reverse=True))
    assert len({stem.casefold() for stem in stems.values()}) == len(ids)
    for stem in stems.values():
        assert re.fullmatch(r"[\w][\w.-]*", stem)
        assert len(stem) <= 110
