"""Where on the frames of a clip the expression of a turn may lie, so that it is clearly its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.synthesize.plan import Dialogue, Span

REST_S = 0.25
"""How long the face rests, at least, between two expressions and at both ends of the clip."""

_REACH_S = 1.2  # how far an expression may lie from the words it goes with


@dataclass(frozen=True)
class Frames:
    """The frames of a clip: `count` of them, `fps` a second, the first at 0 s."""

    fps: float
    count: int

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: there are so few frames a second that a micro-expression does not show.
        """
        if self.fps < 5:
            raise ValueError(f"{self.fps:g} frames a second; a micro-expression needs 5 or more")

    @classmethod
    def of(cls, fps: float, duration_s: float) -> "Frames":
        """Those of a clip that lasts `duration_s`."""
        return cls(fps, round(duration_s * fps))

    def time_s(self, frame: int) -> float:
        """When a frame is shown."""
        return frame / self.fps

    def times_s(self, onset: int, apex: int, offset: int) -> tuple[float, float, float]:
        """When the three frames of a movement are shown."""
        return self.time_s(onset), self.time_s(apex), self.time_s(offset)

    def at_or_after(self, time_s: float) -> int:
        """The first frame that is not before `time_s`."""
        return math.ceil(time_s * self.fps - 1e-6)

    def at_or_before(self, time_s: float) -> int:
        """The last frame that is not after `time_s`."""
        return math.floor(time_s * self.fps + 1e-6)

    def within(self, shortest_s: float, longest_s: float, least: int) -> tuple[int, int]:
        """How many frames last from `shortest_s` to `longest_s`, but never less than `least`."""
        lowest = max(least, self.at_or_after(shortest_s))
        return lowest, max(lowest, self.at_or_before(longest_s))


@dataclass(frozen=True)
class Room:
    """Frames for the expression of a turn, from `first` to `last`; it is spoken from the frame
    `start` to the frame `end`."""

    first: int
    last: int
    start: int
    end: int

    @property
    def pauses(self) -> list[tuple[int, int]]:
        """First and last frames in which the speaker is silent, before and after the words."""
        found = [(self.first, self.start), (self.end, self.last)]
        return [(first, last) for first, last in found if first < last]


def rooms(dialogue: Dialogue, spans: Sequence[Span], frames: Frames) -> list[Room]:
    """The room of each turn: the turn itself and the pauses around it, or half of a pause after
    which the same person speaks on. Two rooms of a person are `REST_S` apart."""
    last_s = frames.time_s(frames.count - 1)
    found = []
    for index, span in enumerate(spans):
        first_s = max(REST_S, span.start_s - _REACH_S)
        if index > 0:
            first_s = max(first_s, _halfway(dialogue, spans, index - 1)[1])
        end_s = min(last_s - REST_S, span.end_s + _REACH_S)
        if index + 1 < len(spans):
            end_s = min(end_s, _halfway(dialogue, spans, index)[0])
        first, last = frames.at_or_after(first_s), frames.at_or_before(end_s)
        start, end = frames.at_or_before(span.start_s), frames.at_or_after(span.end_s)
        found.append(Room(first, last, max(start, first), min(end, last)))
    return found


def _halfway(dialogue: Dialogue, spans: Sequence[Span], index: int) -> tuple[float, float]:
    """Until when the pause after a turn belongs to it, and from when to the next turn."""
    end_s, start_s = spans[index].end_s, spans[index + 1].start_s
    if dialogue.turns[index].speaker != dialogue.turns[index + 1].speaker:
        return start_s, end_s
    middle_s = (end_s + start_s) / 2
    return middle_s - REST_S / 2, middle_s + REST_S / 2
