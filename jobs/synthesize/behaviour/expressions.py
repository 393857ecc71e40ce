"""The expressions of a turn: how long, how strong, and where in the room of the turn."""

from dataclasses import dataclass

import numpy as np

from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.behaviour.room import REST_S, Frames, Room
from jobs.synthesize.plan import Movement, MovementKind, Side, Turn

_MACRO_S = (0.6, 2.5)
_MACRO_RISE = (0.2, 0.4)  # share of the whole
_AROUND_S = 0.2  # how far from the words the apex of a macro-expression may lie
# At most half a second from onset to offset in the literature (Yan et al., "How fast are the
# leaked facial expressions", 2013); shorter ones need a high frame rate.
_MICRO_S = (0.08, 0.4)
_MACRO_INTENSITY = (0.5, 1.0)
_MICRO_INTENSITY = (0.2, 0.45)
_MICRO_IN_PAUSE = 0.5  # share of the micro-expressions that speech does not hide


@dataclass(frozen=True)
class _Course:
    """Frames of a movement."""

    onset: int
    apex: int
    offset: int


def expressions(
    index: int, turn: Turn, room: Room, frames: Frames, rng: np.random.Generator
) -> list[Movement]:
    """What the face of the speaker shows in turn number `index`, within `room`.

    Raises:
        ValueError: the room is too short.
    """
    if turn.display == "none" or turn.pattern is None:
        return []
    draw = _Draw(index, turn, room, frames, rng)
    if turn.display == "micro":
        return [draw.movement("micro", turn.pattern, draw.micro(), turn.feeling.intensity)]
    if turn.display == "macro" or turn.worn is None or turn.worn_pattern is None:
        course = draw.macro(room.first, room.last)
        return [draw.movement("macro", turn.pattern, course, turn.feeling.intensity)]
    worn, leak = draw.masked()
    return [
        draw.movement("macro", turn.worn_pattern, worn, turn.worn.intensity),
        draw.movement("micro", turn.pattern, leak, turn.feeling.intensity),
    ]


class _Draw:
    """Draws the frames of a turn's expressions."""

    def __init__(
        self, index: int, turn: Turn, room: Room, frames: Frames, rng: np.random.Generator
    ) -> None:
        self._index, self._turn, self._room = index, turn, room
        self._frames, self._rng = frames, rng
        self._macro_frames = frames.within(*_MACRO_S, least=4)
        self._micro_frames = frames.within(*_MICRO_S, least=2)

    def macro(self, first: int, last: int) -> _Course:
        """A long expression between two frames, its apex in or close to the words."""
        shortest, longest = self._macro_frames
        self._require(last - first, shortest)
        lowest, highest = self._apexes(first, last)
        if lowest > highest:
            lowest, highest = first + 2, last - 2
        apex = self._between(lowest, highest)
        length = self._between(shortest, min(longest, last - first))
        rise = max(2, round(length * self._rng.uniform(*_MACRO_RISE)))
        onset = max(first, apex - rise)
        offset = min(last, max(apex + 2, onset + length))
        onset = min(onset, offset - shortest)
        return _Course(onset, apex, offset)

    def micro(self) -> _Course:
        """A short expression, in a pause or in the words."""
        shortest, longest = self._micro_frames
        room = self._room
        self._require(room.last - room.first, shortest)
        pauses = [pause for pause in room.pauses if pause[1] - pause[0] >= shortest]
        first, last = room.start, room.end
        if pauses and self._rng.random() < _MICRO_IN_PAUSE:
            first, last = pauses[self._rng.integers(len(pauses))]
        elif last - first < shortest:
            first, last = room.first, room.last
        length = self._between(shortest, min(longest, last - first))
        return self._micro_from(self._between(first, last - length), length)

    def masked(self) -> tuple[_Course, _Course]:
        """A long expression that is worn, and a short one before or after it."""
        (least, longest), least_worn = self._micro_frames, self._macro_frames[0]
        rest = self._frames.at_or_after(REST_S)
        room = self._room
        self._require(room.last - room.first, least + rest + least_worn)
        free = room.last - room.first - rest - least_worn
        length = self._between(least, min(longest, free))
        slack = min(self._frames.at_or_before(REST_S), free - length)
        apart = rest + self._between(0, slack)
        after_leak = (room.first + length + apart, room.last)
        before_leak = (room.first, room.last - length - apart)
        leads = self._rng.random() < 0.5
        lowest, highest = self._apexes(*(after_leak if leads else before_leak))
        if leads == (lowest <= highest):  # else it would be worn after or before the words
            worn = self.macro(*after_leak)
            return worn, self._micro_from(worn.onset - apart - length, length)
        worn = self.macro(*before_leak)
        return worn, self._micro_from(worn.offset + apart, length)

    def movement(self, kind: MovementKind, pattern: str, course: _Course, felt: float) -> Movement:
        """The movement; the stronger the feeling, the stronger it is."""
        low, high = _MACRO_INTENSITY if kind == "macro" else _MICRO_INTENSITY
        strength = np.clip(felt + self._rng.normal(0, 0.1), 0, 1)
        side: Side = "both"
        if patterns()[pattern].one_sided:
            side = "left" if self._rng.random() < 0.5 else "right"
        return Movement(
            person=self._turn.speaker,
            kind=kind,
            turn=self._index,
            pattern=pattern,
            action_units=patterns()[pattern].numbers,
            side=side,
            onset_s=self._frames.time_s(course.onset),
            apex_s=self._frames.time_s(course.apex),
            offset_s=self._frames.time_s(course.offset),
            intensity=float(low + (high - low) * strength),
        )

    def _apexes(self, first: int, last: int) -> tuple[int, int]:
        """Between which frames the apex of a long expression from `first` to `last` is in the
        words or close to them; the second is before the first where it cannot be."""
        around = self._frames.at_or_before(_AROUND_S)
        return max(first + 2, self._room.start - around), min(last - 2, self._room.end + around)

    def _micro_from(self, onset: int, length: int) -> _Course:
        apex = onset + round(length * self._rng.uniform(0.35, 0.6))
        return _Course(onset, min(max(apex, onset + 1), onset + length - 1), onset + length)

    def _between(self, lowest: int, highest: int) -> int:
        return int(self._rng.integers(lowest, highest + 1))

    def _require(self, there: int, needed: int) -> None:
        if there < needed:
            raise ValueError(
                f"turn {self._index} has {self._frames.time_s(there):.2f} s for its expressions "
                f"and needs {self._frames.time_s(needed):.2f} s: leave longer pauses around it"
            )
