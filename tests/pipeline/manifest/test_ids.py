"""Ids are unique, short, and the same whatever else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.manifest.ids import natural_key, video_ids
from pipeline.manifest.source import Source
from stages.faults import SetupError

_part = st.text(alphabet="ab.%é ", min_size=1, max_size=3).filter(lambda p: p not in (".", ".."))
_path = st.lists(_part, min_size=1, max_size=5)
_source = st.builds(
    lambda root, path, depth: Source(root + "/".join(path), min(depth, len(path))),
    st.sampled_from(["/", "s3://", "memory:///", "https://"]),
    _path,
    st.integers(1, 5),
)
_sources = st.lists(_source, max_size=30, unique_by=lambda source: source.uri)


@given(_sources)
def test_every_id_is_its_own(sources: list[Source]) -> None:
    assert len(set(video_ids(sources))) == len(sources)


@given(_sources, st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_does_not_matter(sources: list[Source], random: object) -> None:
    ids = dict(zip([source.uri for source in sources], video_ids(sources), strict=True))
    random.shuffle(sources)
    assert dict(zip([source.uri for source in sources], video_ids(sources), strict=True)) == ids


@given(_sources)
def test_an_id_ends_as_the_path_ends(sources: list[Source]) -> None:
    for source, video_id in zip(sources, video_ids(sources), strict=True):
        assert source.uri.endswith(video_id)


def test_an_id_is_the_path_below_the_root() -> None:
    assert video_ids(
        [Source("/in/a/x.mp4", 2), Source("/in/b/x.mp4", 2), Source("/in/a/x.mkv", 2)]
    ) == [
        "a/x.mp4",
        "b/x.mp4",
        "a/x.mkv",
    ]


def test_equal_names_take_the_folders_that_tell_them_apart() -> None:
    assert video_ids([Source("/p/a/c/x.mp4"), Source("/q/b/c/x.mp4"), Source("/q/y.mp4")]) == [
        "a/c/x.mp4",
        "b/c/x.mp4",
        "y.mp4",
    ]


def test_a_name_at_the_top_and_the_same_name_below_it() -> None:
    ids = video_ids([Source("/x.mp4"), Source("/a/x.mp4")])
    assert ids == ["/x.mp4", "a/x.mp4"]


def test_the_key_in_a_web_address_is_no_part_of_the_id() -> None:
    assert video_ids([Source("https://host/v/talk.mp4?token=abc/def")]) == ["talk.mp4"]


def test_web_addresses_that_differ_in_the_query_alone_are_two_videos() -> None:
    ids = video_ids([Source("https://host/watch?v=1"), Source("https://host/watch?v=2")])
    assert ids == ["https://host/watch?v=1", "https://host/watch?v=2"]


def test_a_given_id_stands_and_others_make_room() -> None:
    assert video_ids([Source("/a/x.mp4", video_id="y.mp4"), Source("/b/y.mp4")]) == [
        "y.mp4",
        "b/y.mp4",
    ]


def test_one_given_id_for_two_videos_is_a_mistake() -> None:
    with pytest.raises(SetupError, match=r"/a/x\.mp4.*/b/x\.mp4"):
        video_ids([Source("/a/x.mp4", video_id="1"), Source("/b/x.mp4", video_id="1")])


def test_natural_order() -> None:
    names = ["b10", "a2", "B9", "a10", "a", "10", "9", "²"]
    assert sorted(names, key=natural_key) == ["9", "10", "a", "a2", "a10", "B9", "b10", "²"]


@given(st.lists(st.text(max_size=6)))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural_key, reverse=True), key=natural_key) == sorted(
        names, key=natural_key
    )
