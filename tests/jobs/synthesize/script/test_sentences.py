import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from string import Formatter
from typing import get_args

import numpy as np
import pytest
from scipy.sparse import csr_array

from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.plan import Split
from jobs.synthesize.script.emotions import families
from jobs.synthesize.script.sentences import Speech, filled, replies, sentences, vocabulary

SPLITS: tuple[Split, ...] = get_args(Split)
LIKE = 0.6  # share of the words of two sentences that both have: nearly the same


def _templates(split: Split) -> Iterator[str]:
    said = sentences(split)
    for groups in said.congruent.values():
        for group in groups:
            yield from group.say
    yield from said.neutral
    for lines in said.openings.values():
        yield from lines
    for reply in replies(split):
        yield reply.reply
        yield from (answered.line for answered in reply.after)


@cache
def _all(split: Split) -> tuple[str, ...]:
    """Every sentence that a split can yield."""
    fillers = sentences(split).fillers
    found: dict[str, None] = {}
    for template in _templates(split):
        slots = sorted({slot for _, slot, _, _ in Formatter().parse(template) if slot})
        for words in product(*(fillers[slot] for slot in slots)):
            found[filled(template, dict(zip(slots, words, strict=True)))] = None
    return tuple(found)


def _words(sentence: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z']+", sentence.lower()))


def _matrix(sentences: tuple[str, ...], column: dict[str, int]) -> csr_array:
    at = [(row, column[word]) for row, text in enumerate(sentences) for word in _words(text)]
    rows, columns = np.array(at).T
    ones = np.ones(len(at), np.float32)
    return csr_array((ones, (rows, columns)), shape=(len(sentences), len(column)))


@pytest.mark.parametrize(("one", "other"), list(combinations(SPLITS, 2)))
def test_no_two_splits_have_nearly_the_same_sentence(one: Split, other: Split) -> None:
    words = sorted({word for split in SPLITS for text in _all(split) for word in _words(text)})
    column = {word: index for index, word in enumerate(words)}
    left, right = _matrix(_all(one), column), _matrix(_all(other), column)
    shared = (left @ right.T).toarray()
    union = left.sum(axis=1)[:, None] + right.sum(axis=1)[None, :] - shared
    alike = [(_all(one)[row], _all(other)[at]) for row, at in np.argwhere(shared / union >= LIKE)]
    assert alike == []


def test_the_training_split_yields_thousands_of_sentences() -> None:
    assert len(_all("train")) > 15_000


@pytest.mark.parametrize(
    ("split", "congruent", "neutral", "context"),
    [
        ("train", 550, 900, 100),
        ("later", 400, 3400, 30),
        ("dev", 14, 40, 12),
        ("test", 14, 40, 12),
    ],
)
def test_there_is_enough_to_say(split: Split, congruent: int, neutral: int, context: int) -> None:
    said = sentences(split)
    counts = {
        family: sum(len(group.say) for group in groups) for family, groups in said.congruent.items()
    }
    assert counts.keys() == families().keys()
    assert min(counts.values()) >= congruent, counts
    assert len(said.neutral) >= neutral
    assert len(replies(split)) >= context
    assert said.openings.keys() == {"any", *families()}


@pytest.mark.parametrize("split", SPLITS)
def test_a_sentence_can_be_spoken(split: Split) -> None:
    for text in _all(split):
        assert re.fullmatch(r"[A-Z][A-Za-z0-9,.!?'\- ]*[.!?]", text), text


@pytest.mark.parametrize("split", SPLITS)
def test_each_word_for_a_feeling_has_words_that_say_it(split: Split) -> None:
    for name, groups in sentences(split).congruent.items():
        said = {word for group in groups for word in group.words}
        assert said == families()[name].words.keys()


@pytest.mark.parametrize("split", SPLITS)
def test_a_reply_means_something_else_after_another_line(split: Split) -> None:
    for reply in replies(split):
        assert reply.pattern in patterns()
        assert len({answered.felt for answered in reply.after}) == len(reply.after)
        assert {word for answered in reply.after for word in answered.felt} <= set(vocabulary())


def test_a_dialogue_says_nothing_twice_and_talks_of_nobody_who_is_there() -> None:
    names = ("Sofia", "Omar", "Beth")
    for seed in range(30):
        speech = Speech("dev", names, np.random.default_rng(seed))
        said = [speech.neutral() for _ in range(44)]
        assert len(set(said)) == len(said)
        assert not any(name in text for name in names for text in said)
