"""What a truth tells of an utterance in a few short sentences, which a small model can learn.

The descriptions of a synthetic set are prose with quotations, in many forms. These have one form:
what moved and when, in the words in which movements are spotted, how the voice was, of what the
words by themselves speak, and what follows. To say what they speak of teaches to read, also where
that is not what is felt.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.evaluation.events.film import EXPRESSIONS

_UNITS: dict[tuple[int, ...], str] = {
    (1, 2, 4): "brows raised and drawn together",
    (1, 2): "brows raised",
    (1, 4): "inner brows raised and drawn together",
    (1,): "inner brows raised",
    (2,): "outer brows raised",
    (4,): "brows lowered",
    (5,): "eyes widened",
    (6,): "cheeks raised",
    (7,): "lids tightened",
    (9,): "nose wrinkled",
    (10,): "upper lip raised",
    (12,): "lip corners pulled up",
    (14,): "lip corners tightened",
    (15,): "lip corners pulled down",
    (16,): "lower lip pulled down",
    (17,): "chin raised",
    (20,): "lips stretched",
    (23,): "lips tightened",
    (24,): "lips pressed together",
    (25,): "lips parted",
    (26,): "jaw dropped",
}
"""Greedily, the longest first."""
_PLAIN_WORDS = "The words do not tell."
_REPLY = "It answers what was said before."
_OF_THE_VOICE = re.compile(r"The voice [^.]*\. ")
_AT_REST = "The face shows nothing."
_OF_A_FACE = re.compile(
    rf"(?:{re.escape(_AT_REST)}|[A-Z][a-z, ]+ from \d+\.\d\d to \d+\.\d\d s\.) "
)
_OF_WHAT_IS_WORN = re.compile(r"The [^.]* look is put on\. ")
_OF_WHOM = re.compile(r"(?<=\bSo ).+(?= is )|(?<= tells how ).+(?= feels\.)")
_SOMEBODY = "the speaker"
_OF_WHAT_IS_SAID = re.compile(rf"(?:{re.escape(_REPLY)}|The words [^.]*\.) ")


def brief(row: Mapping[str, Any]) -> str | None:
    """The sentences of a row of `TRUTH_COLUMNS`; None where it does not hold what they tell."""
    if not row.get("speaker") or row.get("events") is None or row.get("clues") is None:
        return None
    if row["text_role"] != "neutral" and not row.get("text_family"):
        return None
    if not row["labels"]:
        return f"Nothing that can be relied on tells how {row['speaker']} feels."
    return " ".join(_sentences(row))


def unread(told: str) -> str:
    """The sentences of a `brief` but for those on what is said."""
    return _OF_WHAT_IS_SAID.sub("", told)


def unnamed(told: str) -> str:
    """The sentences of a `brief`, of "the speaker"."""
    return _OF_WHOM.sub(_SOMEBODY, told)


def moved(told: str, movements: Sequence[str]) -> str:
    """The sentences of a `brief` with these movements in place of its own.

    With fewer than two nothing is said of a look that is put on, and with none a face of which the
    sentences tell shows nothing.

    Args:
        told: the sentences.
        movements: `very briefly brows raised from 1.24 to 1.48 s`, as they are to stand.
    """
    opening = f"{_REPLY} " if told.startswith(_REPLY) else ""
    left, removed = _OF_A_FACE.subn("", told.removeprefix(opening))
    if len(movements) < 2:
        left = _OF_WHAT_IS_WORN.sub("", left)
    shown = "".join(f"{each.capitalize()}. " for each in movements)
    return opening + (shown or f"{_AT_REST} " * (removed > 0)) + left


def unheard(told: str) -> str:
    """The sentences of a `brief` but for the one on the voice."""
    return _OF_THE_VOICE.sub("", told)


def _sentences(row: Mapping[str, Any]) -> Iterator[str]:
    if row["needs_context"]:
        yield _REPLY
    shown = [event for event in row["events"] if _is_shown(event, row["speaker"])]
    yield from map(_movement, sorted(shown, key=_told_by_kind))
    if row["display"] == "none" and any(
        _is_speech(event, row["speaker"]) for event in row["events"]
    ):
        yield _AT_REST
    for clue in row["clues"]:
        if clue["modality"] == "voice" and row["voice_tells"]:
            yield f"{clue['text'].capitalize()}."
    says = row["text_role"] != "neutral"
    yield f"The words speak of {row['text_family']}." if says else _PLAIN_WORDS
    if row["worn_labels"] and len(shown) > 1:
        yield f"The {row['worn_labels'][0]} look is put on."
    yield f"So {row['speaker']} is {', '.join(row['labels'])}."


def _told_by_kind(event: Mapping[str, Any]) -> tuple[bool, float]:
    """Micro-expressions first, as a prompt tells them."""
    return event["kind"] != "micro", event["onset_s"]


def _is_shown(event: Mapping[str, Any], speaker: str) -> bool:
    return bool(event["kind"] in EXPRESSIONS and event["in_view"] and event["person"] == speaker)


def _is_speech(event: Mapping[str, Any], speaker: str) -> bool:
    return bool(event["kind"] == "speech" and event["in_view"] and event["person"] == speaker)


def _movement(event: Mapping[str, Any]) -> str:
    """`Very briefly brows lowered, lids tightened from 6.56 to 6.88 s.`"""
    left, told = set(event["action_units"]), []
    for units, words in _UNITS.items():
        if left.issuperset(units):
            told.append(words)
            left.difference_update(units)
    side = "" if event["side"] == "both" else f" on the {event['side']} side"
    briefly = "very briefly " if event["kind"] == "micro" else ""
    what = f"{briefly}{', '.join(told)}{side}".capitalize()
    return f"{what} from {event['onset_s']:.2f} to {event['offset_s']:.2f} s."
