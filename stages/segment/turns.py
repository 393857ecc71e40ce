"""Utterances on a clock of whole milliseconds: split, shortened, merged."""

import heapq
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from stages.voice_parts import voice_between

Utterance = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """An utterance, a part of one, or several merged; `start < end`, milliseconds."""

    start: int
    end: int
    spoken: Utterance
    notes: tuple[str, ...] = ()  # warnings for the row
    merged: tuple[Utterance, ...] = ()  # what it was merged from, as it was given, if it was

    @classmethod
    def of(cls, utterance: Utterance, last: int) -> Self:
        """The turn of an utterance, held within 0 and `last`, and at least 1 ms long."""
        start = min(max(round(utterance["start_s"] * 1000), 0), max(last - 1, 0))
        end = min(max(round(utterance["end_s"] * 1000), start + 1), max(last, 1))
        return cls(start, end, utterance)

    def as_utterance(self, index: int) -> Utterance:
        """The utterance with the turn's times, in seconds, and with its voice between them."""
        start_s, end_s = self.start / 1000, self.end / 1000
        said = self.spoken | {"index": index, "start_s": start_s, "end_s": end_s}
        if "voice" in said:
            said["voice"] = voice_between(self.sources, start_s, end_s)
        return said

    @property
    def sources(self) -> tuple[Utterance, ...]:
        """The utterances that it is made of, as they were given."""
        return self.merged or (self.spoken,)


def split_long(turn: Turn, longest: int) -> list[Turn]:
    """The turn in as few equal parts of at most `longest` ms as will do, its words shared out."""
    length = turn.end - turn.start
    count = -(-length // longest)
    if count == 1:
        return [turn]
    note = (
        f"The utterance at {turn.start / 1000:.2f} s lasts {length / 1000:.2f} s, longer than a "
        f"window; it was split into {count}, its words shared out evenly."
    )
    edges = [turn.start + length * i // count for i in range(count + 1)]
    texts = _shares(turn.spoken["text"] or "", count)
    return [
        Turn(edges[i], edges[i + 1], turn.spoken | {"text": texts[i] or None}, (*turn.notes, note))
        for i in range(count)
    ]


def merge_shortest(turns: list[Turn], most: int) -> list[Turn]:
    """At most `most` turns: neighbours merged, those of one speaker first, then the shortest.

    The text is kept whole. MODEL: more utterances than the video Q-Former reads in a window.
    """
    if len(turns) <= most:
        return turns
    merged: list[Turn | None] = list(turns)
    before = [*range(-1, len(turns) - 1)]  # who precedes and who follows each one still there
    after = [*range(1, len(turns)), -1]
    queue = [_rank(one, other, i) for i, (one, other) in enumerate(pairwise(turns))]
    heapq.heapify(queue)
    left = len(turns)
    while left > most:
        rank = heapq.heappop(queue)
        i = rank[-1]
        first, second = merged[i], merged[after[i]]
        if first is None or second is None or _rank(first, second, i) != rank:
            continue  # one of the two has been merged since
        merged[i], merged[after[i]] = _joined(first, second), None
        after[i] = after[after[i]]
        before[after[i]] = i
        left -= 1
        for j in (before[i], i):
            one, other = merged[j], merged[after[j]]
            if j >= 0 and after[j] >= 0 and one and other:
                heapq.heappush(queue, _rank(one, other, j))
    return [turn for turn in merged if turn is not None]


def _rank(first: Turn, second: Turn, place: int) -> tuple[bool, int, int]:
    """What is merged first is least: one speaker, then the shorter together, then the earlier."""
    strangers = first.spoken.get("speaker") != second.spoken.get("speaker")
    return strangers, max(first.end, second.end) - first.start, place


def _joined(first: Turn, second: Turn) -> Turn:
    one, other = first.spoken, second.spoken
    text = " ".join(part for part in (one["text"], other["text"]) if part)
    speaker = one.get("speaker") if one.get("speaker") == other.get("speaker") else None
    known = [
        (turn.spoken["text_confidence"], turn.end - turn.start)
        for turn in (first, second)
        if turn.spoken.get("text_confidence") is not None
    ]
    confidence = (
        sum(value * length for value, length in known) / sum(length for _, length in known)
        if known
        else None
    )
    spoken = one | {"text": text or None, "speaker": speaker, "text_confidence": confidence}
    return Turn(
        first.start,
        max(first.end, second.end),
        spoken,
        (*first.notes, *second.notes),
        (*first.sources, *second.sources),
    )


def _shares(text: str, count: int) -> list[str]:
    """`text` in `count` parts of about equal length, cut between words.

    Between characters where there are too few words and the script is one without letter case,
    most of which write no spaces (Chinese, Japanese, Thai).
    """
    pieces, joint = text.split(), " "
    if len(pieces) < count and any(unicodedata.category(letter) == "Lo" for letter in text):
        pieces, joint = list(text.strip()), ""
    edges = [len(pieces) * i // count for i in range(count + 1)]
    return [joint.join(pieces[start:end]) for start, end in pairwise(edges)]
