"""Every movement of every face in a clip."""

from collections.abc import Sequence

import numpy as np

from jobs.synthesize.behaviour.distractors import blinks, looks, speech
from jobs.synthesize.behaviour.expressions import expressions
from jobs.synthesize.behaviour.room import Frames, rooms
from jobs.synthesize.plan import Dialogue, Movement, Span


def perform(
    dialogue: Dialogue,
    spans: Sequence[Span],
    rng: np.random.Generator,
    fps: float,
    duration_s: float,
) -> tuple[Movement, ...]:
    """What the faces do while a dialogue is spoken, by onset.

    The expressions of a turn lie in it or in the pauses around it, and one person's are at least
    `room.REST_S` apart. Who listens only blinks and looks about.

    Args:
        spans: where each turn is spoken, seconds, in order and without overlaps. 0.6 s before the
            first, after the last and between two leave enough room for a turn of 0.5 s, or of 1 s
            where another feeling is worn.
        fps: frames a second, 5 or more; every time is that of a frame, k / fps.
        duration_s: length of the clip.

    Raises:
        ValueError: there are too few frames a second, or too little time around a turn.
    """
    frames = Frames.of(fps, duration_s)
    found = [
        movement
        for index, (turn, room) in enumerate(
            zip(dialogue.turns, rooms(dialogue, spans, frames), strict=True)
        )
        for movement in expressions(index, turn, room, frames, rng)
    ]
    for person in dialogue.people:
        found += blinks(person.name, tuple(found), frames, rng)
        found += looks(person.name, frames, rng)
    found += speech(dialogue, spans, frames)
    return tuple(sorted(found, key=lambda movement: (movement.onset_s, movement.person)))
