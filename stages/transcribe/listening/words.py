"""From recognised words to utterances: each word goes to the speech that it was heard in.

Whisper stretches the word before a pause over the pause, so that its words alone show none. Voice
activity does: an utterance is a span of speech between two pauses, and its words are those that
overlap it most, never one before those of an earlier span.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from stages.transcribe.cues import Cue, plain_text

PLACE = "its sound"
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
_QUOTES = "\"'”’»」』) "
_LEAST_S = 0.001
_GOES_ON_S = 5.0  # a shorter span is one utterance, whatever marks the recogniser puts in it
_SHORTEST_SENTENCE_S = 1.0  # "No. I won't." is one utterance


@dataclass(frozen=True)
class Word:
    """A recognised word; seconds on the timeline, probability 0..1."""

    start_s: float
    end_s: float
    text: str
    probability: float


Span = tuple[float, float]  # seconds on the timeline


def cues_of_words(words: Sequence[Word], spans: Sequence[Span], longest_s: float) -> Iterator[Cue]:
    """The spans of speech as utterances with their words; a span without a word gives none.

    Speech that goes on for a while without a pause is parted at the ends of sentences, and what is
    then longer than `longest_s` at its longest pause. Confidence is the geometric mean of the
    words' probabilities, 0..1.

    Args:
        words: in order of time.
        spans: of speech, in order of time; none overlap.
        longest_s: seconds.
    """
    for span, own in zip(spans, words_by_span(words, spans), strict=True):
        goes_on = span[1] - span[0] > _GOES_ON_S
        sentences = _sentences(own) if goes_on else [own] if own else []
        parts = [part for said in sentences for part in _parted(said, longest_s)]
        times = _times(parts, span) if parts else ()
        for part, (start_s, end_s) in zip(parts, times, strict=True):
            yield _cue(part, start_s, end_s)


def words_by_span(words: Sequence[Word], spans: Sequence[Span]) -> list[list[Word]]:
    """For each span the words that overlap it most, or are nearest to it; their order is kept."""
    own: list[list[Word]] = [[] for _ in spans]
    earliest = 0
    for word in words if spans else ():
        earliest = max(
            range(earliest, len(spans)), key=lambda at: (*_nearness(word, spans[at]), -at)
        )
        own[earliest].append(word)
    return own


def _nearness(word: Word, span: Span) -> tuple[float, float]:
    """Seconds of overlap, and the seconds between them, negative, where there is none."""
    shared_s = min(word.end_s, span[1]) - max(word.start_s, span[0])
    return max(shared_s, 0.0), min(shared_s, 0.0)


def _times(parts: Sequence[Sequence[Word]], span: Span) -> Iterator[Span]:
    """When each part is said: from the start of the span to its end, one after the other."""
    starts = [span[0], *(part[0].start_s for part in parts[1:]), span[1]]
    starts = [min(max(start_s, span[0]), span[1]) for start_s in accumulate(starts, max)]
    for part, (start_s, next_s) in zip(parts, pairwise(starts), strict=True):
        is_last = part is parts[-1]
        end_s = next_s if is_last else min(max(part[-1].end_s, start_s), next_s)
        yield start_s, max(end_s, start_s + _LEAST_S)


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words parted behind the ends of sentences, where both sides last a while."""
    said: list[Word] = []
    for place, word in enumerate(words):
        said.append(word)
        ends = word.text.rstrip(_QUOTES).endswith(_SENTENCE_ENDS)
        rest = words[place + 1 :]
        if ends and rest and min(_length_s(said), _length_s(rest)) >= _SHORTEST_SENTENCE_S:
            yield said
            said = []
    if said:
        yield said


def _length_s(words: Sequence[Word]) -> float:
    return words[-1].end_s - words[0].start_s


def _parted(words: Sequence[Word], longest_s: float) -> Iterator[Sequence[Word]]:
    if len(words) < 2 or _length_s(words) <= longest_s:
        yield words
        return
    middle = len(words) / 2
    after = max(
        range(1, len(words)),
        key=lambda i: (words[i].start_s - words[i - 1].end_s, -abs(i - middle)),
    )
    yield from _parted(words[:after], longest_s)
    yield from _parted(words[after:], longest_s)


def _cue(words: Sequence[Word], start_s: float, end_s: float) -> Cue:
    text = plain_text("".join(word.text for word in words))
    logs = [math.log(max(word.probability, 1e-6)) for word in words]
    confidence = math.exp(sum(logs) / len(logs)) if text else None
    return Cue(start_s, end_s, text, PLACE, confidence=confidence)
