"""Movements that show no feeling: blinks, looks to the side, speech. What spots expressions must
tell them apart."""

from collections.abc import Iterable, Sequence

import numpy as np

from jobs.synthesize.behaviour.room import Frames
from jobs.synthesize.plan import Dialogue, Movement, MovementKind, Span

_BLINK_EVERY_S = (2.0, 5.0)  # to the onset of the next; a micro-expression may put it off
_BLINK_S = (0.15, 0.3)
_BLINK_APEX = 1 / 3  # the lid shuts faster than it opens
_GAZE_EVERY_S = (3.0, 7.0)
_GAZE_S = (0.5, 1.6)
_GAZE_RISE_S = 0.08
_WAYS = ((61,), (62,), (63,), (64,), (61, 63), (61, 64), (62, 63), (62, 64))
_SPEECH_UNITS = (25, 26)
_SPEECH_INTENSITY = 0.5


def blinks(
    name: str, expressions: Iterable[Movement], frames: Frames, rng: np.random.Generator
) -> list[Movement]:
    """The blinks of a person, none on one of that person's micro-expressions."""
    kept_clear = sorted(
        (frames.at_or_before(shown.onset_s), frames.at_or_after(shown.offset_s))
        for shown in expressions
        if shown.kind == "micro" and shown.person == name
    )
    found: list[Movement] = []
    onset = frames.at_or_before(rng.uniform(0.2, 4.0))
    while True:
        shortest, longest = frames.within(*_BLINK_S, least=2)
        length = int(rng.integers(shortest, longest + 1))
        for first, last in kept_clear:
            if onset < last and onset + length > first:
                onset = last
        if onset + length >= frames.count:
            return found
        times_s = frames.times_s(onset, onset + max(1, round(length * _BLINK_APEX)), onset + length)
        found.append(_distractor(name, "blink", (45,), times_s))
        onset += frames.at_or_after(rng.uniform(*_BLINK_EVERY_S))


def looks(name: str, frames: Frames, rng: np.random.Generator) -> list[Movement]:
    """Where a person looks away for a while and back. The units are 61 (eyes turn left), 62
    (right), 63 (up) and 64 (down)."""
    found: list[Movement] = []
    onset = frames.at_or_before(rng.uniform(0.5, _GAZE_EVERY_S[1]))
    while True:
        length = frames.at_or_after(rng.uniform(*_GAZE_S))
        if onset + length >= frames.count:
            return found
        way = _WAYS[rng.integers(len(_WAYS))]
        apex = onset + max(1, frames.at_or_after(_GAZE_RISE_S))
        size = float(rng.uniform(0.3, 1.0))
        found.append(
            _distractor(name, "gaze", way, frames.times_s(onset, apex, onset + length), size)
        )
        onset += max(length + 1, frames.at_or_after(rng.uniform(*_GAZE_EVERY_S)))


def speech(dialogue: Dialogue, spans: Sequence[Span], frames: Frames) -> list[Movement]:
    """The mouth of whoever speaks, one movement a turn."""
    found = []
    for turn, span in zip(dialogue.turns, spans, strict=True):
        onset = frames.at_or_before(span.start_s)
        offset = min(frames.at_or_after(span.end_s), frames.count - 1)
        times_s = frames.times_s(onset, (onset + offset) // 2, offset)
        found.append(_distractor(turn.speaker, "speech", _SPEECH_UNITS, times_s, _SPEECH_INTENSITY))
    return found


def _distractor(
    person: str,
    kind: MovementKind,
    action_units: tuple[int, ...],
    times_s: tuple[float, float, float],
    intensity: float = 1.0,
) -> Movement:
    return Movement(person, kind, None, None, action_units, "both", *times_s, intensity)
