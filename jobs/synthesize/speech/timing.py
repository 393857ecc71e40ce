"""When each turn of a dialogue is spoken, and when each of its syllables."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jobs.synthesize.plan import Dialogue, Person, Span, Turn
from jobs.synthesize.speech.syllables import Syllable, syllables_of
from jobs.synthesize.speech.voice import voice_of

_EDGE_S = (0.7, 1.2)  # before the first turn and after the last: room for a micro-expression
_PAUSE_S = (0.55, 1.4)  # between turns: long enough to be found, which takes 0.4 s and a little
_SHORTEST_S = 3.0  # of a clip
_SHORTEST_TURN_S = 0.35  # a hurried "yes"
_ONSET_SHARE, _LONGEST_ONSET_S = 0.35, 0.08  # of a syllable that its consonant takes


@dataclass(frozen=True)
class Layout:
    """How long a clip is, and where in it each turn is spoken."""

    duration_s: float
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class TimedSyllable:
    """A syllable and where in the clip it is spoken, seconds."""

    syllable: Syllable
    start_s: float
    end_s: float

    @property
    def vowel_s(self) -> float:
        """Where its consonant ends, seconds."""
        if self.syllable.onset == "open":
            return self.start_s
        length = min(_ONSET_SHARE * (self.end_s - self.start_s), _LONGEST_ONSET_S)
        return self.start_s + length


def lay_out(dialogue: Dialogue, rng: np.random.Generator) -> Layout:
    """Place the turns one after the other, at the pace of speaker and delivery.

    Pauses are drawn, and longer at both ends of the clip; a clip lasts at least three seconds.
    """
    now = float(rng.uniform(*_EDGE_S))
    spans: list[Span] = []
    for turn in dialogue.turns:
        if spans:
            now += float(rng.uniform(*_PAUSE_S))
        end_s = now + spoken_s(turn, speaker_of(dialogue, turn))
        spans.append(Span(now, end_s))
        now = end_s
    duration_s = max(now + float(rng.uniform(*_EDGE_S)), _SHORTEST_S)
    return Layout(duration_s, tuple(spans))


def spoken_s(turn: Turn, speaker: Person) -> float:
    """How long `speaker` takes for the turn, seconds."""
    at_even_pace = sum(one.seconds + one.pause_s for one in syllables_of(turn.text))
    seconds = at_even_pace / (voice_of(speaker).pace * turn.delivery.pace)
    return max(float(seconds), _SHORTEST_TURN_S)


def timed_syllables(text: str, span: Span) -> tuple[TimedSyllable, ...]:
    """The syllables of `text` in the time of `span`, which they fill but for their pauses."""
    return tuple(_placed(syllables_of(text), span))


def speaker_of(dialogue: Dialogue, turn: Turn) -> Person:
    """Who speaks `turn`."""
    return next(person for person in dialogue.people if person.name == turn.speaker)


def _placed(syllables: tuple[Syllable, ...], span: Span) -> Iterator[TimedSyllable]:
    stretch = (span.end_s - span.start_s) / sum(one.seconds + one.pause_s for one in syllables)
    now = span.start_s
    for one in syllables:
        end_s = now + one.seconds * stretch
        yield TimedSyllable(one, now, end_s)
        now = end_s + one.pause_s * stretch
