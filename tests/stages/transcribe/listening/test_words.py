"""Words go to the speech they were heard in, whatever times the recogniser gives them."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.transcribe.cues import Cue
from stages.transcribe.listening.words import Word, cues_of_words, words_by_span


def word(start_s: float, end_s: float, text: str = " w", probability: float = 0.5) -> Word:
    return Word(start_s, end_s, text, probability)


def said(cues: list[Cue]) -> list[tuple[float, float | None, str]]:
    return [(cue.start_s, cue.end_s, cue.text) for cue in cues]


def test_an_utterance_is_a_span_of_speech() -> None:
    words = [word(0.1, 0.5, " Hello"), word(0.6, 0.9, " there."), word(2, 2.5, " Yes.")]
    cues = list(cues_of_words(words, [(0, 1), (1.9, 2.6)], 15))
    assert said(cues) == [(0, 1, "Hello there."), (1.9, 2.6, "Yes.")]


def test_a_word_that_is_stretched_over_the_pause_stays_where_it_began() -> None:
    """As Whisper does it: its words alone show no pause."""
    words = [word(0.1, 0.5, " I"), word(0.5, 3.9, " know."), word(3.9, 4.4, " Why?")]
    cues = list(cues_of_words(words, [(0, 1), (4, 4.6)], 15))
    assert said(cues) == [(0, 1, "I know."), (4, 4.6, "Why?")]


def test_no_word_goes_back_before_an_earlier_one() -> None:
    words = [word(4.1, 4.4, " late"), word(0.2, 0.9, " early")]
    assert [len(own) for own in words_by_span(words, [(0, 1), (4, 5)])] == [0, 2]


def test_a_word_in_a_pause_goes_to_the_nearest_speech() -> None:
    words = [word(1.1, 1.2, " a"), word(3.7, 3.8, " b")]
    assert [len(own) for own in words_by_span(words, [(0, 1), (4, 5)])] == [1, 1]


def test_without_a_pause_an_utterance_ends_with_its_sentence() -> None:
    words = [word(0.1, 1, " I"), word(1, 3, " waited."), word(3.1, 4, " You"), word(4, 6, " left.")]
    cues = list(cues_of_words(words, [(0, 6.2)], 15))
    assert said(cues) == [(0, 3, "I waited."), (3.1, 6.2, "You left.")]
    chinese = [word(0, 3, "我等了。"), word(3, 6, "你走了。")]
    assert [cue.text for cue in cues_of_words(chinese, [(0, 6)], 15)] == ["我等了。", "你走了。"]


def test_a_short_span_is_one_utterance_whatever_marks_are_in_it() -> None:
    words = [word(0, 1.5, " Close"), word(1.5, 2, " it."), word(2, 3.5, " Please.")]
    assert [cue.text for cue in cues_of_words(words, [(0, 4)], 15)] == ["Close it. Please."]


def test_a_sentence_of_a_moment_is_not_an_utterance_of_its_own() -> None:
    words = [word(0, 0.4, " No."), word(0.5, 3, " I"), word(3, 6, " stay.")]
    assert [cue.text for cue in cues_of_words(words, [(0, 6)], 15)] == ["No. I stay."]


def test_words_without_spaces_stay_without() -> None:
    words = [word(0, 0.5, "你好"), word(0.5, 1, "吗")]
    assert [cue.text for cue in cues_of_words(words, [(0, 1)], 15)] == ["你好吗"]


def test_confidence_is_the_geometric_mean_of_the_words() -> None:
    (cue,) = cues_of_words([word(0, 1, "a", 0.9), word(1, 2, "b", 0.4)], [(0, 2)], 15)
    assert cue.confidence == pytest.approx(math.sqrt(0.36))


def test_long_speech_is_parted_at_its_longest_pause() -> None:
    words = [word(0, 6), word(6.1, 10), word(10.3, 14), word(14.1, 18)]
    cues = list(cues_of_words(words, [(0, 18)], 15))
    assert [(cue.start_s, cue.end_s) for cue in cues] == [(0, 10), (10.3, 18)]


times = st.lists(st.tuples(st.floats(0, 3), st.floats(0.01, 2)), max_size=30)


@given(times, times, st.sampled_from(["", "."]), st.floats(3, 20))
def test_no_word_is_lost_and_no_utterance_leaves_its_speech(
    heard: list[tuple[float, float]],
    spoken: list[tuple[float, float]],
    mark: str,
    longest_s: float,
) -> None:
    spans, at = [], 0.0
    for gap, length in spoken:
        spans.append((at + gap, at + gap + length))
        at += gap + length
    words, at = [], 0.0
    for number, (gap, length) in enumerate(heard):
        words.append(word(at + gap, at + gap + length, f" {number}{mark}"))
        at += gap + length
    cues = list(cues_of_words(words, spans, longest_s))
    told = " ".join(cue.text for cue in cues).replace(".", "").split()
    assert told == ([str(number) for number in range(len(words))] if spans else [])
    for one, other in pairwise(cues):
        assert (one.end_s or 0) <= other.start_s + 0.0011
    for cue in cues:
        assert cue.start_s < (cue.end_s or 0)
        assert any(a - 1e-9 <= cue.start_s <= b + 1e-9 for a, b in spans)
