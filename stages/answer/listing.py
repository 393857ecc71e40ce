"""Where in an answer the members of its list of labels stand, whatever form the list has."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from stages.answer import wording
from stages.answer.refusals import is_refusal

Span = tuple[int, int]
# How a sentence names labels: it is a list, it introduces one, or it tells of somebody's state.
Kind = Literal["listed", "introduced", "told"]

_THINKING = re.compile(r"<think>.*?(?:</think>|$)|^(?:(?!<think>).)*</think>", re.DOTALL)
_MARKUP = re.compile(r"<\|[^|<>]*\|>|</?s>|<(?:eos|bos|pad|end_of_turn)>|```\w*")
_ASIDE = re.compile(r"(?<=[^\s(（])\s*[(（](?!\d{1,2}[)）])[^()（）\n]*(?:[)）]|$)")
_BRACKETS = re.compile(r"[\[［【]([^\[\]［］【】]*)(?:[\]］】]|$)")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')
_OF_LABELS = re.compile(r"label|emotion|state|feeling|mood|情绪|情感|标签|心情|状态", re.IGNORECASE)
LIST_MARK = re.compile(
    r"\s*(?:[-*•·‣◦–—+]+(?=\s)|[-•](?=\S)|(?:#+\s*)?(?:\*\*)?[(（]?\d{1,2}[.):、）．](?!\d)"
    r"|[(（]?[A-Za-z][.)](?=\s)|[①-⑳]|[一二三四五六七八九十]{1,2}[、.．])"
)
_INLINE_MARK = re.compile(r"(?<=\S)\s(?=[(（]?\d{1,2}[.)、）]\s*\D)")
_ENTRY_ENDS = re.compile(r"[:：]|\s[-–—]+(?:\s|$)|——|—|→")
_SEMICOLON = re.compile(r"[;；]")
_AND = re.compile(r"[,，]\s*(?:and|but|also)\s+", re.IGNORECASE)
_COLON = re.compile(r"[:：](?!\d)")
_BEGINS_A_CLAUSE = re.compile(
    r"\W*(?:the|an?|this|that|i|let|please|my|his|her|their)\b", re.IGNORECASE
)
# Separators that deny what follows.
_TURNS_AWAY = frozenset({"rather than", "instead of", "without", "nor"})
_LONGEST_LABEL = 4  # words before a colon: more are an introduction


def readable(text: str) -> str:
    """`text` of the same length, with blanks for what no label stands in.

    That is a model's thinking aloud, spelt-out special tokens, code fences, and asides in brackets.
    """
    for kind in (_THINKING, _MARKUP, _ASIDE):
        text = kind.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def ways_to_read(text: str) -> Iterator[list[Span]]:
    """The spans of what may be labels, by one way of listing them after another.

    The first that gives labels is the one: JSON, brackets, marked lines, sentences.

    Args:
        text: as `readable` gives it.
    """
    yield list(_of_json(text))
    yield [span for found in _BRACKETS.finditer(text) for span in _members(text, *found.span(1))]
    lines = list(_lines(text))
    marked = [(start, end) for start, end in lines if LIST_MARK.match(text, start, end)]
    yield [span for line in marked for span in _of_entry(text, *line)]
    yield list(_of_sentences(text))


def _of_json(text: str) -> Iterator[Span]:
    start = min((at for at in map(text.find, "{[") if at >= 0), default=-1)
    if start < 0:
        return
    try:
        written, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return
    wanted = set(_labels_in(written))
    for found in _STRING.finditer(text, start, end):
        is_key = bool(found[2])
        if (json.loads(f'"{found[1]}"'), is_key) in wanted:
            yield from _members(text, *found.span(1))


def _labels_in(written: Any) -> Iterator[tuple[str, bool]]:
    """The strings of a JSON value that are labels, and whether each is a key."""
    if isinstance(written, str):
        yield written, False
    elif isinstance(written, list):
        for member in written:
            yield from _labels_in(member)
    elif isinstance(written, dict):
        named = [value for key, value in written.items() if _OF_LABELS.search(key)]
        scored = all(isinstance(value, int | float) for value in written.values())
        for value in named:
            yield from _labels_in(value)
        if not named and scored:
            yield from ((key, True) for key in written)
        elif not named:
            for value in written.values():
                yield from _labels_in(value) if isinstance(value, list | dict) else ()


def _lines(text: str) -> Iterator[Span]:
    """The lines, and the numbered parts of a line apart."""
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        if LIST_MARK.match(text, *line.span()):
            for mark in _INLINE_MARK.finditer(text, *line.span()):
                yield start, mark.start()
                start = mark.end()
        yield start, line.end()


def _of_entry(text: str, start: int, end: int) -> Iterator[Span]:
    """A member of a marked list: what stands before its explanation."""
    mark = LIST_MARK.match(text, start, end)
    start = mark.end() if mark else start
    for cut in _ENTRY_ENDS.finditer(text, start, end):
        before = text[start : cut.start()]
        if wording.REMARK.match(before):
            return
        if before.strip(" *") and not wording.HEADING.search(before):
            end = cut.start()
            break
        start = cut.end()
    _, spans = _of_sentence(text, start, end)
    yield from spans


def _of_sentences(text: str) -> Iterator[Span]:
    """What the sentences name: once one is a list, what is told behind it explains it."""
    listed = False
    for start, end in _between(wording.SENTENCE_END, text, 0, len(text)):
        kind, spans = _of_sentence(text, start, end)
        if listed and (kind == "told" or (kind == "listed" and not _is_short(text[start:end]))):
            continue
        named = list(spans)
        listed = listed or (bool(named) and kind != "told")
        yield from named


def _of_sentence(text: str, start: int, end: int) -> tuple[Kind, Iterator[Span]]:
    """How a sentence names labels, and where."""
    colon = _COLON.search(text, start, end)
    if colon and wording.REMARK.match(text[start:end]):
        return "told", iter(())
    if colon and _introduces(text[start : colon.start()]):
        return "introduced", _members(text, colon.end(), end)
    end = colon.start() if colon else end
    for found in _predicates(text, start, end):
        if is_refusal(_clause(text[start : found.start()])):
            return "told", iter(())
        return "told", _reasoned(text, found.end(), end, denied=_is_denied(found))
    return "listed", _reasoned(text, start, end)


def _reasoned(text: str, start: int, end: int, *, denied: bool = False) -> Iterator[Span]:
    """The parts without their reasons: "nervous because ..., and guilty because ..."."""
    for begin, stop in _between(_SEMICOLON, text, start, end):
        with_reason = False
        for first, last in _between(_AND, text, begin, stop):
            why = _explained(text, first, last)
            if why < last or not with_reason:
                yield from _members(text, first, why, denied=denied and first == start)
            with_reason = with_reason or why < last


def _explained(text: str, start: int, end: int) -> int:
    """Where an explanation begins, else `end`."""
    why = wording.EXPLANATION.search(text, start, end)
    return why.start() if why else end


def _is_denied(predicate: re.Match[str]) -> bool:
    """Whether a verb says that somebody does not feel so."""
    parts = predicate.groupdict()
    return bool(parts.get("denied") or parts.get("not"))


def _clause(text: str) -> str:
    """What stands behind the last comma."""
    return re.split(r"[,;，；]", text)[-1]


def _is_short(sentence: str) -> bool:
    """Whether every part of a sentence is short enough to be a label and none begins a clause."""
    parts = [sentence[start:end] for start, end, _ in _separated(sentence, 0, len(sentence))]
    return all(
        len(part.split()) < _LONGEST_LABEL and not _BEGINS_A_CLAUSE.match(part) for part in parts
    )


def _introduces(before: str) -> bool:
    """Whether what stands before a colon leads to labels and is none itself."""
    return bool(
        wording.HEADING.search(before)
        or wording.DENIAL.match(before)
        or len(before.split()) > _LONGEST_LABEL
        or not before.strip(" *#")
    )


def _predicates(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The verbs that tell somebody's state, in their order."""
    kinds = (wording.PREDICATE, wording.CHINESE_PREDICATE, wording.JAPANESE_PREDICATE)
    found = [match for kind in kinds for match in kind.finditer(text, start, end)]
    for match in sorted(found, key=lambda match: match.start()):
        subject = text[start : match.start()]
        only_why = wording.EXPLANATION.match(subject) and not re.search("[,，]", subject)
        if not only_why and not wording.ABOUT_A_PART.search(subject):
            yield match


def _members(text: str, start: int, end: int, *, denied: bool = False) -> Iterator[Span]:
    """The parts between separators that are not denied."""
    separator = ""
    for first, last, following in _separated(text, start, end):
        passed = denied and (not separator or bool(wording.PASSES_DENIAL.match(separator)))
        part = text[first:last]
        denied = passed or separator in _TURNS_AWAY or bool(wording.DENIAL.match(part))
        separator = following
        about = wording.ABOUT.search(text, first, last)
        told = next(_predicates(text, first, about.start() if about else last), None)
        begin = told.end() if told else first
        if denied or is_refusal(part) or wording.DENIAL.match(text[begin:last]):
            continue
        if not text[begin:last].strip():
            continue
        if told is None or not _is_denied(told):
            yield begin, _explained(text, begin, last)


def _separated(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The parts, and the separator behind each."""
    for match in wording.SEPARATOR.finditer(text, start, end):
        yield start, match.start(), match[0].strip().lower()
        start = match.end()
    yield start, end, ""


def _between(separator: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    for match in separator.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end
