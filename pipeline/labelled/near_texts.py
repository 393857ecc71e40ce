"""Texts of two lists that are nearly the same, without comparing each with each."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

LEAST_LIKE = 0.9
"""Of two near-identical texts: the words that both have, as a share of those that either has."""
LEAST_WORDS = 5
"""A text of fewer is said every day, and tells nothing of where it is from."""

_APOSTROPHES = re.compile(r"['’‘`´\u0091\u0092\ufffd]")
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")  # wide characters one by one

_Word = tuple[str, int]


def near_texts(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of the indices of near-identical texts, exactly all of them.

    Texts are compared as bags of words without capitals, marks and apostrophes (which some sets
    lost). Two bags of size n that share nine tenths must share one of the rarest few words of each,
    so only texts that do are held against each other (prefix filtering; Chaudhuri and others 2006,
    Bayardo and others 2007).
    """
    bags = [_bag(text) for text in ours], [_bag(text) for text in theirs]
    frequency = Counter(word for side in bags for bag in side for word in bag)
    index: dict[_Word, list[int]] = defaultdict(list)
    for at, bag in enumerate(bags[0]):
        for word in _rarest(bag, frequency):
            index[word].append(at)
    for at, bag in enumerate(bags[1]):
        candidates = dict.fromkeys(
            other for word in _rarest(bag, frequency) for other in index.get(word, ())
        )
        for other in candidates:
            if _likeness(bags[0][other], bag) >= LEAST_LIKE:
                yield other, at


def _bag(text: str) -> frozenset[_Word]:
    """The words with how many times each came before; empty for a text of too few."""
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    seen: Counter[str] = Counter()
    bag = set()
    for word in _WORDS.findall(plain):
        bag.add((word, seen[word]))
        seen[word] += 1
    return frozenset(bag) if len(bag) >= LEAST_WORDS else frozenset()


def _rarest(bag: frozenset[_Word], frequency: Counter[_Word]) -> list[_Word]:
    count = len(bag) - math.ceil(LEAST_LIKE * len(bag) - 1e-9) + 1 if bag else 0
    return sorted(bag, key=lambda word: (frequency[word], word))[:count]


def _likeness(one: frozenset[_Word], other: frozenset[_Word]) -> float:
    """The Jaccard index."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
