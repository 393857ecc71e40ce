"""Where visual tokens stand: for the window, its utterances, and those that share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.layout import merged_utterances, sliding_windows, token_layout

SPANS = [(0.0, 4.0), (4.0, 5.0), (5.5, 6.0), (6.0, 9.0)]

spans = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 50)).map(lambda it: (it[0], it[0] + it[1])),
    max_size=20,
).map(sorted)


def test_the_window_comes_first_then_each_utterance() -> None:
    layout = token_layout(MicroEmoConfig(), 96, SPANS[:2])
    assert layout.window == range(32)
    assert layout.utterances == (range(32, 64), range(64, 96))
    assert layout.count == 96


def test_a_window_without_speech_has_its_own_tokens() -> None:
    layout = token_layout(MicroEmoConfig(), 1, [])
    assert (layout.window, layout.utterances, layout.count) == (range(32), (), 32)


def test_utterances_beyond_the_cap_share_the_tokens_of_a_neighbour() -> None:
    config = MicroEmoConfig(num_video_query_tokens=2, max_utterances=3)
    layout = token_layout(config, 96, SPANS)
    assert layout.utterances == (range(2, 4), range(4, 6), range(4, 6), range(6, 8))
    assert layout.count == 8


@pytest.mark.parametrize(("frames", "stretches"), [(1, 1), (32, 1), (33, 2), (96, 3)])
def test_sliding_makes_tokens_of_stretches_and_none_of_utterances(
    frames: int, stretches: int
) -> None:
    layout = token_layout(MicroEmoConfig(global_mode="sliding"), frames, SPANS)
    assert layout.window == range(32 * stretches)
    assert [len(own) for own in layout.utterances] == [0] * 4
    assert layout.count == 32 * stretches


def test_the_last_stretch_may_be_short_and_stretches_may_overlap() -> None:
    config = MicroEmoConfig(sliding_window=4, sliding_stride=2)
    assert sliding_windows(config, 7) == [range(0, 4), range(2, 6), range(4, 7), range(6, 7)]


@given(spans=spans, most=st.integers(1, 8))
def test_groups_are_neighbours_and_lose_nobody(spans: list[tuple[float, float]], most: int) -> None:
    groups = merged_utterances(spans, most)
    assert len(groups) == min(len(spans), most)
    assert [place for group in groups for place in group] == list(range(len(spans)))


@given(spans=spans)
def test_the_first_merged_are_the_neighbours_that_take_the_least_time(
    spans: list[tuple[float, float]],
) -> None:
    if len(spans) < 2:
        return
    pairs = [max(spans[at][1], spans[at + 1][1]) - spans[at][0] for at in range(len(spans) - 1)]
    groups = merged_utterances(spans, len(spans) - 1)
    assert [len(group) for group in groups].index(2) == pairs.index(min(pairs))
