"""Whether a text gives away what was said."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_QUOTED = re.compile(r"[\"“”„«»「」『』]|(?<!\w)['‘].+?['’](?!\w)")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n+")
_RUN = 3  # words in a row that a text rarely shares with what is said by chance
_LONE_LETTERS = 5  # of an utterance of one word that is more than a yes or a no
_SIGNS = 4  # in a row, of scripts without spaces
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")
_DIGITS = 3


class Transcript:
    """What is said in a video, to hold texts against."""

    def __init__(self, texts: Iterable[str | None]) -> None:
        """
        Args:
            texts: all that is said, an utterance each.
        """
        self._runs: set[tuple[str, ...]] = set()
        self._names: set[str] = set()
        for text in filter(None, texts):
            words = _words(text)
            if len(words) > 1 or len("".join(words)) >= _LONE_LETTERS:
                self._runs |= _runs(words, min(_RUN, len(words)))
            self._runs |= _signs(text)
            self._names |= _names(text)
        self._lengths = {len(run) for run in self._runs}

    def is_in(self, text: str) -> bool:
        """Whether a text holds a quotation, or shares with what is said three words in a row, all
        the words of a shorter utterance, a name or a number.
        """
        if not self._runs and not self._names:
            return False
        words = _words(text)
        shared = _signs(text).union(*(_runs(words, length) for length in self._lengths))
        return (
            _QUOTED.search(text) is not None
            or not self._runs.isdisjoint(shared)
            or not self._names.isdisjoint(words)
        )

    def taken_out_of(self, text: str) -> str:
        """The text without the sentences in which it is."""
        kept = [part for part in _SENTENCES.split(text) if part and not self.is_in(part)]
        return " ".join(kept)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def _signs(text: str) -> set[tuple[str, ...]]:
    return {run for found in _UNSPACED.findall(_folded(text)) for run in _runs(list(found), _SIGNS)}


def _names(text: str) -> set[str]:
    """Words with a capital letter within a sentence, and numbers of some length."""
    found: set[str] = set()
    for sentence in _SENTENCES.split(text):
        words = _WORD.findall(unicodedata.normalize("NFKC", sentence))
        for at, word in enumerate(words):
            is_named = at > 0 and word[0].isupper() and len(word) > 2 and "'" not in word
            if is_named or sum(sign.isdigit() for sign in word) >= _DIGITS:
                found.add(_folded(word))
    return found
