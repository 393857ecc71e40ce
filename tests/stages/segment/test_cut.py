import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.segment.config import SegmentConfig
from stages.segment.cut import TooManyWindows, Window, cut

Utterance = dict[str, Any]


def said(start_s: float, end_s: float, text: str = "", speaker: str | None = None) -> Utterance:
    return {
        "index": 0,
        "start_s": start_s,
        "end_s": end_s,
        "speaker": speaker,
        "text": text,
        "text_source": "sidecar",
        "text_confidence": None,
    }


def edges(windows: list[Window]) -> list[float]:
    return [windows[0].start_s, *(window.end_s for window in windows)]


CONFIG = SegmentConfig()


@st.composite
def videos(draw: st.DrawFn) -> tuple[float, list[Utterance]]:
    duration_ms = draw(st.integers(1, 600_000))
    count = draw(st.integers(0, 60))
    utterances = []
    for i in range(count):
        start = draw(st.integers(0, duration_ms - 1))
        length = draw(st.one_of(st.integers(1, 8_000), st.integers(1, 100_000)))
        end = min(start + length, duration_ms)
        words = draw(st.integers(0, 4))
        utterances.append(
            said(start / 1000, end / 1000, " ".join(f"w{i}.{n}" for n in range(words)))
        )
    return duration_ms / 1000, utterances


configs = st.builds(
    SegmentConfig,
    max_window_s=st.sampled_from([10.0, 12.345, 30.0]),
    min_window_s=st.sampled_from([0.0, 1.0, 5.0]),
    max_utterances=st.sampled_from([1, 8, 64]),
)


@settings(deadline=None)
@given(videos(), configs)
def test_windows_tile_the_video_and_hold_every_word_once(
    video: tuple[float, list[Utterance]], config: SegmentConfig
) -> None:
    duration_s, utterances = video
    windows = cut(duration_s, utterances, config)

    assert windows[0].start_s == 0
    assert windows[-1].end_s == duration_s
    for one, other in pairwise(windows):
        assert one.end_s == other.start_s
    for window in windows:
        assert window.start_s < window.end_s
        assert window.end_s - window.start_s <= config.max_window_s + 0.001
        assert len(window.utterances) <= config.max_utterances
        for utterance in window.utterances:
            assert window.start_s <= utterance["start_s"] < utterance["end_s"] <= window.end_s
        starts = [utterance["start_s"] for utterance in window.utterances]
        assert starts == sorted(starts)

    kept = [utterance for window in windows for utterance in window.utterances]
    assert [utterance["index"] for utterance in kept] == list(range(len(kept)))
    words = sorted(word for utterance in kept for word in (utterance["text"] or "").split())
    assert words == sorted(word for utterance in utterances for word in utterance["text"].split())


@settings(deadline=None)
@given(videos(), configs)
def test_the_same_video_is_cut_alike_in_any_order_of_its_utterances(
    video: tuple[float, list[Utterance]], config: SegmentConfig
) -> None:
    duration_s, utterances = video
    windows = cut(duration_s, utterances, config)
    assert cut(duration_s, utterances, config) == windows
    assert edges(cut(duration_s, utterances[::-1], config)) == edges(windows)


@settings(deadline=None)
@given(videos(), configs)
def test_an_utterance_is_shortened_only_with_a_warning(
    video: tuple[float, list[Utterance]], config: SegmentConfig
) -> None:
    duration_s, utterances = video
    wide = config.model_copy(update={"max_utterances": 64})
    windows = cut(duration_s, utterances, wide)
    if any(window.warnings for window in windows):
        return
    kept = sorted(
        (utterance["start_s"], utterance["end_s"])
        for window in windows
        for utterance in window.utterances
    )
    assert kept == sorted((utterance["start_s"], utterance["end_s"]) for utterance in utterances)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 10_000)), min_size=1, max_size=80),
    st.integers(0, 20_000),
)
def test_turns_that_take_turns_are_never_cut(gaps: list[tuple[int, int]], rest: int) -> None:
    at, utterances = 0, []
    for gap, length in gaps:
        utterances.append(said((at + gap) / 1000, (at + gap + length) / 1000))
        at += gap + length
    config = SegmentConfig(max_utterances=64, min_window_s=5)
    windows = cut((at + rest) / 1000, utterances, config)
    kept = [(u["start_s"], u["end_s"]) for window in windows for u in window.utterances]
    assert kept == [(u["start_s"], u["end_s"]) for u in utterances]
    assert not any(window.warnings for window in windows)


@settings(deadline=None)
@given(st.integers(1, 10_000_000), configs)
def test_silence_is_cut_into_full_windows_and_the_last_is_no_scrap(
    duration_ms: int, config: SegmentConfig
) -> None:
    windows = cut(duration_ms / 1000, [], config)
    lengths = [window.end_s - window.start_s for window in windows]
    assert all(length == pytest.approx(config.max_window_s, abs=2e-3) for length in lengths[:-2])
    if len(windows) > 1:
        assert min(lengths) >= config.min_window_s - 1e-6


def test_a_short_clip_is_one_window() -> None:
    windows = cut(12.5, [said(1, 4), said(4.5, 9)], CONFIG)
    assert edges(windows) == [0, 12.5]
    assert len(windows[0].utterances) == 2


def test_silence_is_balanced_at_the_end() -> None:
    assert edges(cut(61, [], CONFIG)) == [0, 30, 56, 61]
    assert edges(cut(30, [], CONFIG)) == [0, 30]
    assert edges(cut(30.5, [], CONFIG)) == [0, 25.5, 30.5]


def test_the_cut_falls_in_the_longest_pause_of_the_second_half() -> None:
    speech = [said(0, 8), said(12, 18), said(18.4, 24), said(25, 29), said(29.2, 45)]
    windows = cut(45, speech, CONFIG)
    assert edges(windows) == [0, 24.5, 45]
    assert [len(window.utterances) for window in windows] == [3, 2]


def test_a_cut_keeps_a_second_of_silence_before_the_next_speech() -> None:
    assert edges(cut(40, [said(0, 10), said(22, 38)], CONFIG)) == [0, 21, 40]


def test_a_pause_in_the_first_half_is_better_than_a_cut_through_speech() -> None:
    windows = cut(42, [said(0, 8), said(9, 36)], CONFIG)
    assert edges(windows)[1] == 8.5
    assert windows[1].utterances[0]["start_s"] == 9
    assert windows[1].utterances[0]["end_s"] == 36


def test_an_utterance_as_long_as_a_window_stays_whole() -> None:
    windows = cut(60, [said(3, 33, "all of it")], CONFIG)
    (utterance,) = [u for window in windows for u in window.utterances]
    assert (utterance["start_s"], utterance["end_s"]) == (3, 33)
    assert not any(window.warnings for window in windows)


def test_an_utterance_longer_than_a_window_is_split_at_words_and_said_so() -> None:
    windows = cut(70, [said(0, 70, "one two three four five six")], CONFIG)
    assert [[u["text"] for u in window.utterances] for window in windows] == [
        ["one two"],
        ["three four"],
        ["five six"],
    ]
    assert all("split into 3" in window.warnings[0] for window in windows)


def test_text_without_spaces_is_split_between_characters() -> None:
    windows = cut(60, [said(0, 60, "我今天非常高兴")], CONFIG)
    texts = [u["text"] for window in windows for u in window.utterances]
    assert "".join(texts) == "我今天非常高兴"
    assert len(texts) == 2


def test_overlapping_turns_stay_in_one_window_if_they_fit() -> None:
    windows = cut(50, [said(0, 14), said(15, 25), said(20, 40), said(41, 50)], CONFIG)
    assert edges(windows)[1] == 14.5
    assert [u["start_s"] for u in windows[1].utterances][:2] == [15, 20]


def test_turns_that_cannot_be_parted_are_cut_where_least_is_lost() -> None:
    windows = cut(44, [said(0, 20, "a"), said(19, 26, "b"), said(25.5, 44, "c")], CONFIG)
    assert edges(windows) == [0, 25.5, 44]
    assert windows[0].utterances[1]["end_s"] == 25.5
    assert "end at 25.50 s; the first began at 19.00 s" in windows[0].warnings[0]
    assert windows[1].utterances[0]["text"] == "c"
    assert not windows[1].warnings


def test_more_utterances_than_a_window_takes_are_merged() -> None:
    speech = [said(i, i + 0.5, f"t{i}") for i in range(10)]
    (window,) = cut(10, speech, CONFIG)
    assert len(window.utterances) == 8
    assert " ".join(u["text"] for u in window.utterances) == " ".join(f"t{i}" for i in range(10))
    assert "10 utterances from 0.00 s on were merged into 8" in window.warnings[0]


@pytest.mark.parametrize("unknown", [0.0, -1.0, math.nan, math.inf])
def test_an_unknown_duration_still_gives_a_window(unknown: float) -> None:
    assert cut(unknown, [], CONFIG) == [Window(0, 0)]
    assert edges(cut(unknown, [said(1, 8)], CONFIG)) == [0, 8]


def test_an_absurd_duration_is_refused_before_anything_is_made() -> None:
    with pytest.raises(TooManyWindows, match=r"segment\.max_windows"):
        cut(1e12, [], CONFIG)


def test_many_utterances_at_once_do_not_take_for_ever() -> None:
    crowd = [said(i / 2000, i / 2000 + 9, "x") for i in range(80_000)]
    windows = cut(60, crowd, CONFIG)
    assert sum(len(u["text"].split()) for w in windows for u in w.utterances) == 80_000
