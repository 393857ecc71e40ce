"""Syllables of English words, from their spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.speech.syllables import syllables_of

COUNTED = {
    1: "the hope hoped hopes you yes quite guess laughed here eyes noise don't I'm you've Mike's",
    2: "table wanted wishes something going being player station special believe lovely people "
    "surprised didn't couldn't could've it'll quiet every o'clock",
    3: "piano furious apartment amazing beautiful tomorrow disgusting idea yesterday",
    4: "everybody seriously",
}


@pytest.mark.parametrize(
    ("word", "count"), [(word, count) for count, words in COUNTED.items() for word in words.split()]
)
def test_a_word_has_its_syllables(word: str, count: int) -> None:
    assert len(syllables_of(word)) == count


def test_numbers_and_abbreviations_are_read_out() -> None:
    assert len(syllables_of("250")) == len(syllables_of("two hundred fifty"))
    assert len(syllables_of("TV")) == 2


def test_punctuation_makes_pauses_too_short_to_end_an_utterance() -> None:
    pauses = [one.pause_s for one in syllables_of("Well, no. Yes...")]
    assert 0 < pauses[0] < pauses[1] < 0.3
    assert pauses[2] == 0  # after the last sound comes the end


def test_what_carries_the_meaning_is_longer_than_what_does_not() -> None:
    the, dog, barked = syllables_of("the dog barked")
    assert the.stress < dog.stress
    assert the.seconds < dog.seconds < barked.seconds  # drawn out at the end


def test_lips_close_for_m_b_and_p_alone() -> None:
    assert [one.onset for one in syllables_of("my bed said no")] == ["lips", "lips", "hiss", "soft"]
    assert [one.closes for one in syllables_of("ham hat")] == [True, False]


def test_the_vowel_shapes_the_lips() -> None:
    moon, see, father = (syllables_of(word)[0].vowel for word in ("moon", "see", "father"))
    assert moon.rounding > 0.8 > see.rounding
    assert see.spreading > 0.8 > moon.spreading
    assert father.opening > max(moon.opening, see.opening)


@given(st.text(max_size=60))
def test_any_text_is_spoken_in_some_time(text: str) -> None:
    syllables = syllables_of(text)
    assert syllables
    assert all(0.05 < one.seconds < 2 and 0 <= one.pause_s < 0.4 for one in syllables)
