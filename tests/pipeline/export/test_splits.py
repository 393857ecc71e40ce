"""Splits: no video and no speaker on both sides, shares as near as the groups permit."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.splits import deal

SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}
_SETS = st.dictionaries(
    st.text(min_size=1, max_size=5),
    st.tuples(st.integers(1, 20), st.lists(st.sampled_from("ABCDEFGH") | st.none(), max_size=3)),
    min_size=1,
    max_size=30,
)


def test_without_shares_all_is_train() -> None:
    assert deal({}, {"a": 1, "b": 2}, {}, "video") == {"a": "train", "b": "train"}


@given(_SETS)
def test_nobody_is_on_both_sides(videos: dict[str, tuple[int, list[str | None]]]) -> None:
    sizes = {video: size for video, (size, _) in videos.items()}
    speakers = {video: names for video, (_, names) in videos.items()}
    dealt = deal(speakers, sizes, SHARES, "speaker")
    assert set(dealt) == set(sizes)
    sides: dict[str, set[str]] = {}
    for video, names in speakers.items():
        for name in names:
            if name:
                sides.setdefault(name, set()).add(dealt[video])
    assert all(len(each) == 1 for each in sides.values())


@given(_SETS)
def test_the_order_of_the_videos_changes_nothing(
    videos: dict[str, tuple[int, list[str | None]]],
) -> None:
    sizes = {video: size for video, (size, _) in videos.items()}
    speakers = {video: names for video, (_, names) in videos.items()}
    turned = dict(reversed(sizes.items()))
    assert deal(speakers, sizes, SHARES, "speaker") == deal(speakers, turned, SHARES, "speaker")


def test_many_small_videos_come_out_in_the_shares_that_were_asked_for() -> None:
    sizes = {f"video {number}": 1 + number % 3 for number in range(300)}
    dealt = deal({}, sizes, SHARES, "video")
    rows: Counter[str] = Counter()
    for video, split in dealt.items():
        rows[split] += sizes[video]
    whole = sum(sizes.values())
    assert all(abs(rows[split] / whole - share) < 0.01 for split, share in SHARES.items())


def test_a_name_in_all_videos_keeps_them_together() -> None:
    sizes = {"a": 5, "b": 1, "c": 1}
    dealt = deal({video: ["Ann"] for video in sizes}, sizes, SHARES, "speaker")
    assert set(dealt.values()) == {"train"}
