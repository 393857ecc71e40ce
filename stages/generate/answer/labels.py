"""Open-vocabulary labels read by rule from what the model wrote, in whatever list form it chose.

Rules, not a second model: the same text always gives the same labels, and a label can be traced
to the characters it came from. The rules are ours; the answers they are made for are the label
lists of EMER (Lian et al., "Explainable Multimodal Emotion Recognition").
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from stages.generate.answer.text import printable

MAX_WORDS = 4
MAX_CHARACTERS = 40

_BRACKETS = re.compile(r"[\[［【]([^\[\]［］【】]*)(?:[\]］】]|$)")
_LINES = re.compile(r"\n")
_LIST_MARK = re.compile(r"\s*(?:[-*•·‣◦–—+]+(?=\s)|\(?\d{1,2}[.):](?!\d)|\(?[A-Za-z][.)](?=\s))")
_SEPARATOR = re.compile(
    r"[,;/|&\n，；、。،؛।]"
    r"|(?<=\w)[.!?](?=\s|$)"
    r"|\s\(?\d{1,2}[.)](?=\s)"
    r"|\s[*•·]\s"
    r"|\b(?:and|or|as well as)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"[^,;:\n]{0,120}?\b(?:is|are|was|were|be|feels?|felt|feeling|seems?|appears?|includes?)\b"
    r"(?:\s+(?:to\s+be|feeling|both|a\s+mix\s+of|likely|probably|possibly))*\s",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:no|none|not|cannot|nothing)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*(?:\)|$)")
_EXPLANATION = re.compile(r"[:：]|\s[-–—]+(?:\s|$)")
_ORNAMENTS = " \n\"'`*_“”‘’«»‹›「」{}<>().!?。#~=-–—:"
_PICTURES = frozenset({"So", "Sk"})  # categories of emoji and of their skin tones
_PICTURE_JOINTS = "\ufe0f\u200d"
_INSIDE_A_LABEL = frozenset(" '’-\u200c\u200d")

_NOTHING = re.compile(
    r"none|nothing|no|null|nil|nan|na|unknown|unclear|uncertain|undetermined|unsure"
    r"|not (?:sure|clear|applicable|available)|empty|emotionless|etc|so on|others?|yes|true|false"
    r"|无|無|没有|沒有|未知|不明"  # the language of most EMER data
)
_WORD_OF_A_SENTENCE = re.compile(  # or of an introduction, or of a refusal
    r"\b(?:i|he|she|it|they|we|you|his|her|its|their|this|that|these|those|there|here|who|which|what"
    r"|because|since|when|as|is|are|was|were|am|be|been|being|has|have|had|do|does|did|can|cannot"
    r"|could|will|would|should|may|might|must|the|persons?|characters?|labels?|emotions?|emotional"
    r"|answer|output|list|determined?|identif(?:y|ied)|infer(?:red)?|recogni[sz]ed?|tell|say|unable"
    r"|impossible|information|evidence|video|image|audio|context|provided|enough|visible|present"
    r"|detected|shown|expressed|evident|apparent)\b"
)


@dataclass(frozen=True)
class Label:
    """A label and the characters `[start, end)` of the model's text that say it."""

    text: str
    start: int
    end: int


def parse_labels(text: str, *, truncated: bool = False) -> list[Label]:
    """The labels named in `text`, lower-cased, each once, in order.

    Understood are bracketed, quoted, bulleted and numbered lists, lists separated by commas,
    semicolons, slashes or "and", after an introduction such as "The emotions are:" or not. What
    is longer than a few words, holds other signs than letters between its ends, or says that
    there is nothing ("none", "no emotion") is not a label. Any text is taken; none raises.

    Args:
        text: what the model wrote.
        truncated: the text was cut at the token limit, so what touches its end may be half a word.
    """
    readable = printable(text)
    found: dict[str, Label] = {}
    for start, end in _items(readable):
        if truncated and end >= len(readable.rstrip()):
            continue
        label = _label(readable, start, end)
        if label is not None:
            found.setdefault(label.text, label)
    return list(found.values())


def _items(text: str) -> Iterator[tuple[int, int]]:
    """Where the members of the list stand: inside the brackets if there are any."""
    for start, end in _lists(text):
        yield from _between(_SEPARATOR, text, start, end)


def _lists(text: str) -> Iterator[tuple[int, int]]:
    bracketed = [match.span(1) for match in _BRACKETS.finditer(text)]
    if bracketed:
        yield from bracketed
        return
    for start, end in _between(_LINES, text, 0, len(text)):
        yield _after_lead_in(text, start, end), end


def _after_lead_in(text: str, start: int, end: int) -> int:
    """Past a list mark, or past "Labels:" or "The emotions are" at the start of a line."""
    mark = _LIST_MARK.match(text, start, end)
    if mark:
        return mark.end()
    colon = max(text.find(":", start, end), text.find("：", start, end))
    if colon >= 0:
        return colon + 1
    said = _LEAD_IN.match(text, start, end)
    if said is None:
        return start
    return end if _DENIAL.search(said[0]) else said.end()


def _between(
    separator: re.Pattern[str], text: str, start: int, end: int
) -> Iterator[tuple[int, int]]:
    for match in separator.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _label(text: str, start: int, end: int) -> Label | None:
    """The label in `text[start:end]`, without its ornaments, or None where there is none."""
    mark = _LIST_MARK.match(text, start, end)
    start = mark.end() if mark else start
    for ending in (_ASIDE, _EXPLANATION):
        cut = ending.search(text, start, end)
        if cut and text[start : cut.start()].strip(_ORNAMENTS):
            end = cut.start()
    while start < end and _is_ornament(text[start]):
        start += 1
    while end > start and _is_ornament(text[end - 1]):
        end -= 1
    words = unicodedata.normalize("NFC", " ".join(text[start:end].split())).lower()
    return Label(words, start, end) if _is_label(words) else None


def _is_ornament(character: str) -> bool:
    if character in _ORNAMENTS or character in _PICTURE_JOINTS:
        return True
    return unicodedata.category(character) in _PICTURES


def _is_label(words: str) -> bool:
    if not words or len(words) > MAX_CHARACTERS or len(words.split()) > MAX_WORDS:
        return False
    if not words[0].isalpha() or not all(_is_spelling(character) for character in words):
        return False
    if len(words) == 1 and words.isascii():
        return False
    return not (_NOTHING.fullmatch(words) or _WORD_OF_A_SENTENCE.search(words))


def _is_spelling(character: str) -> bool:
    """A letter, a mark on one (Hindi vowels are marks), a digit, or a joint between words."""
    return unicodedata.category(character)[0] in "LMN" or character in _INSIDE_A_LABEL
