"""The syllables of an English text, estimated from its spelling.

A syllable is a group of vowel letters; an `e` that is written and not spoken makes none. That is
right for about nine words in ten, and a wrong count only makes a word last a little longer or
shorter.
"""

import re
from dataclasses import dataclass
from typing import Literal

from jobs.synthesize.speech.numbers import number_words
from jobs.synthesize.speech.vowels import Vowel, vowel_of

Onset = Literal["open", "lips", "stop", "hiss", "soft"]
"""What comes before the vowel: nothing, closed lips (b, m, p), another stop, a fricative, or a
consonant that is voiced all through."""

_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)*|\d+|[.!?…;:,—–]|--", re.IGNORECASE)
_VOWELS = re.compile(  # go-ing, pi-ano, qui-et, ide-a
    r"[aeiouy]+(?=ing$)|(?<![tscg])i(?=[ao]|et)|(?<=[aeiou][a-z])e(?=a$)|[aeiouy]+"
)
_RESPELLED = (
    (re.compile(r"(?<=[ds])n't$"), "ant"),  # spoken, though not written: didn't
    (re.compile(r"(?<=[dt])'(?=ve$|ll$)"), "a"),  # could've
    (re.compile(r"^y(?=[aeiou])"), "-"),  # consonants: yes, player, quite
    (re.compile(r"(?<=[aeiou])y(?=[aeiou])"), "-"),
    (re.compile(r"(?<=[qg])u(?=[aei])"), "-"),
    (re.compile(r"(?<=som)e(?=[a-z])|(?<=ev)e(?=r[a-z])"), "-"),  # something, every
)
_SILENT_E = re.compile(
    r"(?<![aeiouy])(?<![^aeiouy]l)e(?=$|ly$|ment$|ful$|less$|'s$)"  # hope, not table
    r"|(?<![aeiouydt])(?<![^aeiouy]l)e(?=d$)"  # hoped, not wanted
    r"|(?<![aeiouyszxcg])(?<![sc]h)(?<![^aeiouy]l)e(?=s$)"  # hopes, not wishes
)
_LONG_PAUSES = frozenset(".!?…")
_FUNCTION_WORD = re.compile(
    "a|am|an|and|are|as|at|be|but|by|can|could|did|do|does|for|from|had|has|have|he|her|him|his|i|"
    "i'm|if|in|is|it|it's|its|me|my|not|of|on|or|our|she|so|than|that|the|them|then|there|they|this|"
    "to|us|was|we|were|what|when|which|who|will|with|would|you|your"
)
_WEAK, _PLAIN, _STRONG = 0.0, 0.5, 1.0
_UNIT_S = 0.19  # a plain syllable: about five a second, as in conversation
_COMMA_S, _STOP_S = 0.13, 0.24  # a pause within a turn must stay shorter than one between turns


@dataclass(frozen=True)
class Syllable:
    """A syllable and how it is spoken at an even pace.

    Attributes:
        onset: the consonant before the vowel.
        vowel: its vowel.
        closes: whether it ends on closed lips.
        stress: 0 weak, 1 strong.
        seconds: how long it lasts.
        pause_s: the silence after it.
    """

    onset: Onset
    vowel: Vowel
    closes: bool
    stress: float
    seconds: float
    pause_s: float = 0.0


def syllables_of(text: str) -> tuple[Syllable, ...]:
    """The syllables of `text`; one where it has no word."""
    spoken: list[Syllable] = []
    for token in _TOKEN.findall(text):
        if token.isdigit():
            spoken += [one for word in number_words(token) for one in _of_word(word)]
        elif token[0].isalpha():
            spoken += _of_abbreviation(token) if _is_abbreviation(token) else _of_word(token)
        elif spoken:
            spoken[-1] = _before_pause(spoken[-1], _STOP_S if token in _LONG_PAUSES else _COMMA_S)
    spoken = spoken or _of_word("uh")
    return (*spoken[:-1], _before_pause(spoken[-1], 0.0))


def _before_pause(last: Syllable, pause_s: float) -> Syllable:
    """The last syllable of a phrase, which is drawn out."""
    longer = 1.0 if last.pause_s else 1.3
    pause_s = max(pause_s, last.pause_s) if pause_s else 0.0
    seconds = last.seconds * longer
    return Syllable(last.onset, last.vowel, last.closes, last.stress, seconds, pause_s)


def _is_abbreviation(token: str) -> bool:
    return len(token) > 1 and token.isupper() and _VOWELS.search(token.lower()) is None


def _of_abbreviation(token: str) -> list[Syllable]:
    return [one for letter in token for one in _of_word(f"{letter}e")]


def _of_word(word: str) -> list[Syllable]:
    letters = word.lower().replace("’", "'")
    cores = [match.span() for match in _VOWELS.finditer(_spoken_letters(letters))]
    cores = cores or [(0, 1)]
    stressed = max(len(cores) - 3, 0)
    is_weak = _FUNCTION_WORD.fullmatch(letters) is not None
    spoken: list[Syllable] = []
    ends = [0, *(end for _, end in cores)]
    for number, (start, end) in enumerate(cores):
        before = letters[ends[number] : start]
        after = letters[end:] if number == len(cores) - 1 else ""
        stress = _WEAK if is_weak else _STRONG if number == stressed else _PLAIN
        longer = 0.08 * max(len(before) + len(after) - 1, 0)
        spoken.append(
            Syllable(
                _onset(before),
                vowel_of(letters[start:end], letters[end : end + 1]),
                any(letter in "bmp" for letter in after),
                stress,
                _UNIT_S * (0.75 + 0.35 * stress + longer),
            )
        )
    return spoken


def _spoken_letters(word: str) -> str:
    """The word with what makes no syllable marked, letter for letter."""
    for pattern, instead in _RESPELLED:
        word = pattern.sub(instead, word)
    return _SILENT_E.sub("-", word) if len(_VOWELS.findall(word)) > 1 else word


def _onset(letters: str) -> Onset:
    if not letters:
        return "open"
    if any(letter in "bmp" for letter in letters):
        return "lips"
    if any(letter in "szfvxj" for letter in letters) or "h" in letters[1:]:
        return "hiss"
    return "stop" if any(letter in "tdkgqc" for letter in letters) else "soft"
