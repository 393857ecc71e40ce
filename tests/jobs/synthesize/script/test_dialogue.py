from collections import Counter
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.plan import Delivery, Dialogue, Person, Split, Turn
from jobs.synthesize.script.dialogue import (
    CONTEXT,
    DISPLAYS,
    PLAIN_TURNS,
    TEXT_ROLES,
    write_dialogue,
)
from jobs.synthesize.script.sentences import replies, sentences

PEOPLE = (Person("Ann", 0, 0.2, 0.3), Person("Ben", 1, 0.8, 0.5))
splits = st.sampled_from(get_args(Split))
seeds = st.integers(0, 2**32 - 1)


def _dialogue(seed: int, split: Split = "train") -> Dialogue:
    return write_dialogue(np.random.default_rng(seed), split, PEOPLE)


@given(seeds, splits)
def test_something_tells_whatever_is_felt(seed: int, split: Split) -> None:
    for turn in _dialogue(seed, split).turns:
        told = (
            turn.display != "none"
            or turn.voice_tells
            or turn.text_role == "congruent"
            or turn.needs_context
        )
        assert told or turn.feeling.family == "neutral"
        assert (turn.delivery == Delivery()) == (not turn.voice_tells)


@given(seeds, splits)
def test_nothing_shows_where_nothing_is_felt(seed: int, split: Split) -> None:
    for turn in _dialogue(seed, split).turns:
        if turn.feeling.family == "neutral":
            assert (turn.display, turn.text_role, turn.pattern) == ("none", "neutral", None)
            assert not turn.voice_tells


@given(seeds, splits, st.booleans())
def test_it_is_known_of_what_the_words_by_themselves_speak(
    seed: int, split: Split, words_only: bool
) -> None:
    rng = np.random.default_rng(seed)
    for turn in write_dialogue(rng, split, PEOPLE, words_only=words_only).turns:
        assert (turn.text_family is None) == (turn.text_role == "neutral")
        if turn.text_family is not None:
            said = sentences(split).congruent[turn.text_family]
            openings = [line.split("{")[0] for group in said for line in group.say]
            assert any(turn.text.startswith(line[:1].upper() + line[1:]) for line in openings)
            fits = turn.text_family == turn.feeling.family
            assert fits == (turn.text_role == "congruent")


@given(seeds, splits)
def test_the_face_has_a_pattern_of_what_is_felt_and_of_what_is_worn(
    seed: int, split: Split
) -> None:
    for turn in _dialogue(seed, split).turns:
        assert (turn.pattern is None) == (turn.display == "none")
        assert (turn.worn is not None) == (turn.display == "masked")
        if turn.pattern and not turn.needs_context:
            assert turn.pattern.startswith(f"{turn.feeling.family}.")
        if turn.worn:
            assert turn.worn_pattern in patterns()
            assert turn.worn_pattern.startswith(f"{turn.worn.family}.")
            assert turn.worn.family != turn.feeling.family


@given(seeds, splits)
def test_people_take_turns_and_repeat_nothing(seed: int, split: Split) -> None:
    dialogue = _dialogue(seed, split)
    names = [person.name for person in dialogue.people]
    assert 1 <= len(dialogue.turns) <= 4
    expected = [names[index % len(names)] for index in range(len(dialogue.turns))]
    assert [turn.speaker for turn in dialogue.turns] == expected
    assert len({turn.text for turn in dialogue.turns}) == len(dialogue.turns)


def test_a_seed_gives_the_same_dialogue_again() -> None:
    assert _dialogue(5, "dev") == _dialogue(5, "dev")


@pytest.mark.parametrize("split", get_args(Split))
def test_only_the_line_before_tells_what_such_a_reply_means(split: Split) -> None:
    meant = {
        (answered.line, reply.reply): (answered.felt, reply.pattern)
        for reply in replies(split)
        for answered in reply.after
    }
    found = 0
    for seed in range(150):
        turns = _dialogue(seed, split).turns
        for before, turn in pairwise(turns):
            if turn.needs_context:
                found += 1
                assert (turn.feeling.labels, turn.pattern) == meant[before.text, turn.text]
                assert before.speaker != turn.speaker
                assert turn.delivery == Delivery()
    assert found


def test_the_shares_are_as_stated() -> None:
    dialogues = [_dialogue(seed) for seed in range(2500)]
    in_context = [any(turn.needs_context for turn in found.turns) for found in dialogues]
    assert np.mean(in_context) == pytest.approx(CONTEXT, abs=0.02)
    turns: list[Turn] = []
    for found, has_pair in zip(dialogues, in_context, strict=True):
        turns += found.turns[2:] if has_pair else found.turns
    displays = Counter(turn.display for turn in turns)
    roles = Counter(turn.text_role for turn in turns)
    for display, share in DISPLAYS.items():
        assert displays[display] / len(turns) == pytest.approx(share, abs=0.025)
    for role, share in TEXT_ROLES.items():
        assert roles[role] / len(turns) == pytest.approx(share, abs=0.025)
    felt = [turn for turn in turns if turn.feeling.family != "neutral"]
    assert 0.5 <= np.mean([turn.voice_tells for turn in felt]) < 0.58


@given(seeds, splits)
def test_a_negative_set_has_nothing_to_show(seed: int, split: Split) -> None:
    rng = np.random.default_rng(seed)
    calm = write_dialogue(rng, split, PEOPLE, expressions=False)
    assert {(turn.feeling.family, turn.display) for turn in calm.turns} == {("neutral", "none")}
    assert not any(turn.needs_context or turn.voice_tells for turn in calm.turns)


@given(seeds, splits)
def test_where_the_words_alone_tell_faces_and_voices_do_not(seed: int, split: Split) -> None:
    rng = np.random.default_rng(seed)
    for turn in write_dialogue(rng, split, PEOPLE, words_only=True).turns:
        assert (turn.display, turn.pattern, turn.worn, turn.worn_pattern) == ("none", *[None] * 3)
        assert (turn.voice_tells, turn.delivery) == (False, Delivery())
        is_felt = turn.feeling.family != "neutral"
        assert is_felt == (turn.text_role == "congruent" or turn.needs_context)
        assert turn.feeling.labels


def test_where_the_words_alone_tell_more_turns_are_plain_and_more_answer_another() -> None:
    dialogues = [
        write_dialogue(np.random.default_rng(seed), "train", PEOPLE, words_only=True)
        for seed in range(1500)
    ]
    in_context = [any(turn.needs_context for turn in found.turns) for found in dialogues]
    assert np.mean(in_context) == pytest.approx(2 * CONTEXT, abs=0.03)
    neutral = [
        turn.feeling.family == "neutral"
        for found, has_pair in zip(dialogues, in_context, strict=True)
        for turn in (found.turns[2:] if has_pair else found.turns)
    ]
    assert np.mean(neutral) == pytest.approx(PLAIN_TURNS, abs=0.03)
