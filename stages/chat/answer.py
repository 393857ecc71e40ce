"""What a chat model answered, read into descriptions, clues and labels: by JSON, or by rule."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stages.answer.clues import MODALITIES, clue_at, clues
from stages.answer.confidence import confidence
from stages.answer.labels import parse_labels
from stages.answer.refusals import is_refusal, says_unclear
from stages.answer.text import printable, tidy
from stages.answer.times import NamedTime
from stages.chat.reply import Reply, Tokens
from stages.rows import Row

_THOUGHTS = re.compile(r"^\s*<think>.*?</think>|^(?:(?!<think>).)*</think>", re.DOTALL)
_FENCED = re.compile(r"^```\w*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_ENDED = frozenset({"stop", "eos", "end_turn", "stop_sequence"})
_CUT_OFF = frozenset({"length", "max_tokens", "model_length"})
_MOST_CLUES = 32
_ROUNDING_S = 0.05  # a tenth of a second is as fine as models tell a time
_SHORT = 300  # characters: a longer text describes something, whatever it cannot say


@dataclass(frozen=True)
class Described:
    """A description, or why there is none."""

    text: str = ""
    clues: tuple[Mapping[str, Any], ...] = ()  # as the model gave them
    reason: str | None = None

    def clues_in(self, row: Row) -> list[Row]:
        """The `stages.rows.CLUE` structs: those that were given, else the times in the text."""
        given = [_clue(clue, row) for clue in self.clues]
        return [clue for clue in given if clue is not None] or clues(self.text, row)


@dataclass(frozen=True)
class Labelled:
    """Labels, or why there are none.

    Attributes:
        labels: lower-cased, each once.
        stated: 0..1, how sure the model says it is of each; None where it does not say of all.
        chances: 0..1, of the tokens that spell each; None where none are given.
        raw: what they were read from.
        reason: as `abstained_reason`.
    """

    labels: tuple[str, ...] = ()
    stated: tuple[float, ...] | None = None
    chances: tuple[float, ...] | None = None
    raw: str = ""
    reason: str | None = None


def read_description(reply: Reply, *, structured: bool) -> Described:
    """The description in a reply, which may be any text.

    Args:
        reply: of the model.
        structured: it was asked for JSON.
    """
    text = _spoken(reply.text)
    reason = _stopped(reply)
    if reason is not None:
        return Described("" if structured else tidy(text), reason=reason)
    if not structured:
        return _told(tidy(text), ())
    found = _object_in(text)
    said = None if found is None else found.get("description")
    if found is None or not isinstance(said, str):
        is_refused = found is None and is_refusal(text)
        return Described(reason="refused" if is_refused else "unreadable")
    given = found.get("clues")
    listed = given if isinstance(given, list) else []
    return _told(tidy(said), tuple(clue for clue in listed if isinstance(clue, dict))[:_MOST_CLUES])


def read_labels(reply: Reply, most: int, *, structured: bool) -> Labelled:
    """The labels in a reply, which may be any text.

    Args:
        reply: of the model.
        most: that are kept, the first ones.
        structured: it was asked for JSON: what is none is not read.
    """
    raw = printable(reply.text or reply.refusal)
    reason = _stopped(reply)
    if reason is not None:
        return Labelled(raw=raw, reason=reason)
    text = _spoken(reply.text)
    found = list((_structured if structured else _by_rule)(text))
    if not found:
        return Labelled(raw=raw, reason=_reason(text, structured=structured))
    kept = {one.label: one for one in reversed(found)}
    named = [kept[label] for label in dict.fromkeys(one.label for one in found)][:most]
    stated = [one.stated for one in named]
    return Labelled(
        labels=tuple(one.label for one in named),
        stated=tuple(s for s in stated if s is not None) if None not in stated else None,
        chances=_chances(named, text, reply),
        raw=raw,
    )


@dataclass(frozen=True)
class _Named:
    """A label and the characters `[start, end)` that say it."""

    label: str
    start: int
    end: int
    stated: float | None = None


def _stopped(reply: Reply) -> str | None:
    """Why a reply is none by the way in which it ended."""
    if reply.refusal or reply.finish == "content_filter":
        return "refused"
    if reply.finish in _CUT_OFF:
        return "cut_off"
    if not reply.text.strip():
        return "no_label" if reply.finish in _ENDED else "unreadable"
    return None if reply.finish in _ENDED else "unreadable"


def _spoken(text: str) -> str:
    """The text, with blanks for what a model thinks aloud and what fences its JSON."""
    text = printable(text)
    thoughts = _THOUGHTS.match(text)
    if thoughts:
        text = " " * thoughts.end() + text[thoughts.end() :]
    fenced = _FENCED.match(text.strip())
    if fenced:
        start = len(text) - len(text.lstrip()) + fenced.start(1)
        text = " " * start + fenced[1]
    return text


def _object_in(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _told(text: str, given: tuple[Mapping[str, Any], ...]) -> Described:
    if not any(character.isalnum() for character in text):
        return Described(reason="unreadable")
    if len(text) <= _SHORT and is_refusal(text) and not parse_labels(text):
        return Described(text, reason="refused")
    return Described(text, given)


def _structured(text: str) -> Iterator[_Named]:
    found = _object_in(text)
    listed = None if found is None else found.get("labels")
    if not isinstance(listed, list):
        return
    at = 0
    for entry in listed:
        said = _said(entry)
        labels = parse_labels(said)
        if not labels:
            continue
        start, at = _place(text, said, at)
        yield from (_Named(label.text, start, at, _stated(entry)) for label in labels)


def _said(entry: Any) -> str:
    """The words of an entry of the list of labels; "" where it is none."""
    said = entry.get("label") if isinstance(entry, dict) else entry
    return said if isinstance(said, str) else ""


def _place(text: str, said: str, at: int) -> tuple[int, int]:
    """Where a string stands in JSON, from `at` on; an empty place where it is not found."""
    for found in _STRING.finditer(text, at):
        if json.loads(found[0]) == said:
            return found.start() + 1, found.end() - 1
    return at, at


def _stated(entry: Any) -> float | None:
    given = entry.get("confidence") if isinstance(entry, dict) else None
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if 0 <= given <= 1 else None


def _by_rule(text: str) -> Iterator[_Named]:
    if _is_broken_json(text):
        return
    for label in parse_labels(text):
        yield _Named(label.text, label.start, label.end)


def _is_broken_json(text: str) -> bool:
    """Whether it begins as JSON and is none: half of it may say anything."""
    bare = text.strip()
    if bare[:1] not in ("{", "["):
        return False
    try:
        json.loads(bare)
    except (ValueError, RecursionError):
        return bare[0] == "{" or not bare.endswith("]")
    return False


def _reason(text: str, *, structured: bool) -> str:
    """Why there is no label in what was answered to the end."""
    found = _object_in(text)
    if found is not None and isinstance(found.get("labels"), list):
        said = [
            entry.get("label") if isinstance(entry, dict) else entry for entry in found["labels"]
        ]
        words = " ".join(one for one in said if isinstance(one, str))
        if says_unclear(words):
            return "unclear"
        return "refused" if is_refusal(words) else "no_label"
    if says_unclear(text):
        return "unclear"
    if is_refusal(text):
        return "refused"
    is_text = any(character.isalnum() for character in text) and not _is_broken_json(text)
    return "unreadable" if structured or not is_text else "no_label"


def _chances(named: Sequence[_Named], text: str, reply: Reply) -> tuple[float, ...] | None:
    if reply.tokens is None:
        return None
    offset = "".join(piece for piece, _ in reply.tokens).find(reply.text)
    if offset < 0 or len(text) > len(reply.text) or any(one.start == one.end for one in named):
        return None  # other tokens than those of the text
    spans = _spans(reply.tokens)
    logprobs = [logprob for _, logprob in reply.tokens]
    if not all(math.isfinite(logprob) and logprob <= 0 for logprob in logprobs):
        return None
    return tuple(confidence(spans, logprobs, one.start + offset, one.end + offset) for one in named)


def _spans(tokens: Tokens) -> list[range]:
    """The characters that each token helps to spell; of one that several spell, to all of them."""
    spans: list[range] = []
    start = waiting = 0
    for piece, _ in tokens:
        waiting += 1
        if piece:
            spans += [range(start, start + len(piece))] * waiting
            start, waiting = start + len(piece), 0
    return spans + [range(start, start)] * waiting


def _clue(given: Mapping[str, Any], row: Row) -> Row | None:
    text, modality = given.get("text"), given.get("modality")
    if not isinstance(text, str) or not tidy(text):
        return None
    known = modality if modality in MODALITIES else None
    return clue_at(" ".join(tidy(text).split()), _time(given), row, known)


def _time(given: Mapping[str, Any]) -> NamedTime | None:
    start, end = (_seconds(given.get(name)) for name in ("start_s", "end_s"))
    start, end = (end if start is None else start), (start if end is None else end)
    if start is None or end is None or end < start:
        return None
    return NamedTime(start, end, _ROUNDING_S)


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None
