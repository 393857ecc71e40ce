"""Dialogues in which nothing can be told."""

import re
from collections import Counter
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.plan import Person, Split, Unclear
from jobs.synthesize.script.sentences import sentences
from jobs.synthesize.script.unclear import (
    WAYS,
    describe_unclear,
    draw_way,
    untold,
    write_unclear,
)

SPLITS: tuple[Split, ...] = get_args(Split)
PEOPLE = (Person("ANNA", 1, 0.1, 0.2), Person("BEN", 2, 0.9, 0.4))
seeds = st.integers(0, 2**32 - 1)
ways = st.sampled_from(get_args(Unclear))


@given(seeds, st.sampled_from(SPLITS), ways)
def test_nothing_is_told(seed: int, split: Split, way: Unclear) -> None:
    acted = write_unclear(np.random.default_rng(seed), split, PEOPLE, way)
    told = untold(acted)
    for turn, played in zip(told.turns, acted.turns, strict=True):
        assert (turn.feeling.labels, turn.feeling.family) == ((), "unclear")
        assert (turn.display, turn.pattern, turn.worn, turn.worn_pattern) == ("none",) + (None,) * 3
        assert turn.delivery == played.delivery
        assert (turn.text_role, turn.text_family) == (played.text_role, played.text_family)
        assert (turn.text_role, turn.text_family) == ("neutral", None)
        assert (turn.speaker, turn.text) == (played.speaker, played.text)
        assert way == "rendering" or played.pattern is None
        assert not turn.voice_tells
        assert not turn.needs_context
    texts = [turn.text for turn in told.turns]
    assert len(set(texts)) == len(texts)


def test_voices_differ_from_turn_to_turn_whatever_a_face_shows() -> None:
    """By an even voice a model would know these sets from others."""
    rng = np.random.default_rng(5)
    people = [write_unclear(rng, "train", PEOPLE, "rendering") for _ in range(200)]
    turns = [turn for dialogue in people for turn in dialogue.turns]
    assert len({turn.delivery for turn in turns}) == len(turns)
    pitches = {
        is_felt: [turn.delivery.pitch for turn in turns if (turn.pattern is not None) is is_felt]
        for is_felt in (False, True)
    }
    for own in pitches.values():
        assert 0.88 < min(own) < 0.92 < np.mean(own) < 1.08 < max(own) < 1.13


def test_no_sentence_tells_that_nothing_can_be_told() -> None:
    """All are plain sentences of other sets: a model has to look."""
    rng = np.random.default_rng(3)
    plain = {template.split("{")[0] for template in sentences("train").neutral}
    for way in get_args(Unclear):
        for _ in range(50):
            for turn in write_unclear(rng, "train", PEOPLE, way).turns:
                assert any(turn.text.startswith(_capital(opening)) for opening in plain)


def _capital(opening: str) -> str:
    return opening[:1].upper() + opening[1:]


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
