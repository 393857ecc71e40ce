"""Dialogues in which nothing can be told."""

import re
from collections import Counter
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.plan import Delivery, Person, Split, Unclear
from jobs.synthesize.script.emotions import families
from jobs.synthesize.script.unclear import (
    PLAIN,
    WAYS,
    describe_unclear,
    draw_way,
    foreign_sentences,
    untold,
    write_unclear,
)

SPLITS: tuple[Split, ...] = get_args(Split)
PEOPLE = (Person("ANNA", 1, 0.1, 0.2), Person("BEN", 2, 0.9, 0.4))
seeds = st.integers(0, 2**32 - 1)
ways = st.sampled_from(get_args(Unclear))


@pytest.mark.parametrize(("split", "least"), [("train", 300), ("dev", 40), ("test", 40)])
def test_there_are_many_sentences(split: Split, least: int) -> None:
    said = foreign_sentences(split)
    assert len(set(said)) == len(said) >= least


def test_no_sentence_names_a_feeling_of_the_vocabulary() -> None:
    named = {word for family in families().values() for word in family.words}
    for split in SPLITS:
        for text in foreign_sentences(split):
            assert not named & set(re.findall(r"[a-z]+", text.lower())), text


@given(seeds, st.sampled_from(SPLITS), ways)
def test_nothing_is_told_and_the_voice_is_even(seed: int, split: Split, way: Unclear) -> None:
    acted = write_unclear(np.random.default_rng(seed), split, PEOPLE, way)
    told = untold(acted)
    for turn, played in zip(told.turns, acted.turns, strict=True):
        assert (turn.feeling.labels, turn.feeling.family) == ((), "unclear")
        assert (turn.display, turn.pattern, turn.worn, turn.worn_pattern) == ("none",) + (None,) * 3
        assert turn.delivery == played.delivery == Delivery()
        assert (turn.speaker, turn.text) == (played.speaker, played.text)
        assert way == "rendering" or played.pattern is None
        assert not turn.voice_tells
        assert not turn.needs_context
    texts = [turn.text for turn in told.turns]
    assert len(set(texts)) == len(texts)


def _foreign(turn_text: str) -> bool:
    return any(turn_text.startswith(sentence) for sentence in foreign_sentences("train"))


@pytest.mark.parametrize(("way", "share"), [("rendering", 1 - PLAIN), ("no_face", 1 - PLAIN)])
def test_where_the_picture_tells_nothing_many_sentences_are_those_of_other_sets(
    way: Unclear, share: float
) -> None:
    rng = np.random.default_rng(2)
    turns = [turn for _ in range(400) for turn in write_unclear(rng, "train", PEOPLE, way).turns]
    assert np.mean([_foreign(turn.text) for turn in turns]) == pytest.approx(share, abs=0.05)


def test_where_the_picture_shows_a_calm_face_all_are_foreign() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        turns = write_unclear(rng, "train", PEOPLE, "words").turns
        assert all(_foreign(turn.text) for turn in turns)


@given(seeds, ways)
def test_a_description_says_that_nothing_can_be_told(seed: int, way: Unclear) -> None:
    rng = np.random.default_rng(seed)
    (turn, *_) = untold(write_unclear(rng, "dev", PEOPLE, way)).turns
    text = describe_unclear(turn, way, rng)
    assert turn.text.removesuffix(".") in text
    assert re.search(r"not (?:tell|show)|cannot be read|nothing|neither", text, re.IGNORECASE)


def test_the_shares_of_the_ways_are_as_stated() -> None:
    rng = np.random.default_rng(1)
    counts = Counter(draw_way(rng) for _ in range(4000))
    for way, share in WAYS.items():
        assert counts[way] / 4000 == pytest.approx(share, abs=0.03)
