"""Which people are in view when: the cuts of a clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np

from jobs.synthesize.plan import Dialogue, Movement, Span

Place = Literal["alone", "left", "right"]
"""Where somebody is in the picture, as the viewer sees it."""

_MARGIN_S = 0.15
_SHORTEST_SHOT_S = 0.6
_REVERSE_SHARE = 0.5  # of the conversations of two that allow it


class Framing(Enum):
    """Who is in a shot."""

    ONE = "one"
    TWO = "two"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Shot:
    """A stretch between two cuts, [start_s, end_s), and who is in it, from the left."""

    start_s: float
    end_s: float
    people: tuple[str, ...]

    @property
    def framing(self) -> Framing:
        """How many are in it."""
        return (Framing.NOBODY, Framing.ONE, Framing.TWO)[len(self.people)]


@dataclass(frozen=True)
class _Needed:
    """When somebody has to be in view: while speaking, and while an expression shows."""

    person: str
    start_s: float
    end_s: float


def plan_shots(
    dialogue: Dialogue,
    spans: Sequence[Span],
    movements: Sequence[Movement],
    *,
    duration_s: float,
    still_s: float,
    rng: np.random.Generator,
) -> tuple[Shot, ...]:
    """The shots of a clip; they tile it.

    Whoever speaks is in view, and so is every expression. A conversation of two is one shot of
    both, or goes from speaker to speaker.

    Args:
        dialogue, spans, movements: what happens.
        duration_s: of the clip.
        still_s: how long nobody is shown at the beginning, or as long as nobody is needed; 0 for
            not at all.
        rng: chooses where there is a choice.
    """
    needed = _needed(dialogue, spans, movements)
    still_s = min(still_s, *(one.start_s for one in needed))
    still_s = still_s if still_s >= _SHORTEST_SHOT_S else 0.0
    names = tuple(person.name for person in dialogue.people)
    rest: tuple[Shot, ...]
    if len(names) == 1:
        rest = (Shot(still_s, duration_s, names),)
    else:
        cuts = _reverse_shots(needed, still_s, duration_s)
        reverse = cuts is not None and rng.random() < _REVERSE_SHARE
        rest = cuts if cuts and reverse else (Shot(still_s, duration_s, names),)
    still = (Shot(0.0, still_s, ()),) if still_s > 0 else ()
    return (*still, *rest)


def in_view(movement: Movement, shots: Sequence[Shot]) -> bool:
    """Whether a movement can be seen from its onset to its offset."""
    return all(
        movement.person in shot.people
        for shot in shots
        if shot.start_s < movement.offset_s and movement.onset_s < shot.end_s
    )


def place_of(person: str, at_s: float, shots: Sequence[Shot]) -> Place | None:
    """Where somebody is at a time; None when out of view.

    Two people keep to their halves of the picture (`scene.staging.stand_together`), and no camera
    is shaken by as much as they stand from its middle.
    """
    for shot in shots:
        if shot.start_s <= at_s < shot.end_s and person in shot.people:
            if shot.framing is Framing.ONE:
                return "alone"
            return "left" if shot.people[0] == person else "right"
    return None


def _needed(
    dialogue: Dialogue, spans: Sequence[Span], movements: Sequence[Movement]
) -> list[_Needed]:
    """In order of time; one for each turn."""
    needed = []
    for number, (turn, span) in enumerate(zip(dialogue.turns, spans, strict=True)):
        shown = [movement for movement in movements if movement.turn == number]
        starts = [span.start_s, *(movement.onset_s for movement in shown)]
        ends = [span.end_s, *(movement.offset_s for movement in shown)]
        needed.append(_Needed(turn.speaker, min(starts) - _MARGIN_S, max(ends) + _MARGIN_S))
    return needed


def _reverse_shots(
    needed: Sequence[_Needed], start_s: float, end_s: float
) -> tuple[Shot, ...] | None:
    """From speaker to speaker; None where one would still be needed when the next begins."""
    shots: list[Shot] = []
    begin, current = start_s, needed[0]
    for following in needed[1:]:
        if following.person != current.person:
            if following.start_s < current.end_s:
                return None
            cut = (current.end_s + following.start_s) / 2
            shots.append(Shot(begin, cut, (current.person,)))
            begin = cut
        current = following
    shots.append(Shot(begin, end_s, (current.person,)))
    too_short = any(shot.end_s - shot.start_s < _SHORTEST_SHOT_S for shot in shots)
    return None if too_short else tuple(shots)
