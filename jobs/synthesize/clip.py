"""One clip, from its number to its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from jobs.synthesize.behaviour.movements import perform
from jobs.synthesize.files.subtitles import write_subtitles
from jobs.synthesize.files.truth import ClipFacts, Explained, Row, Seen, truth_rows
from jobs.synthesize.files.video import Picture, Quality, write_clip
from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.plan import Dialogue, Movement, Person, Span, Split
from jobs.synthesize.scene.camera import shake
from jobs.synthesize.scene.filming import film
from jobs.synthesize.scene.look import Look, draw_look
from jobs.synthesize.scene.shots import Shot, in_view, plan_shots
from jobs.synthesize.scene.stage import Stage
from jobs.synthesize.script.describe import describe
from jobs.synthesize.script.dialogue import write_dialogue
from jobs.synthesize.speech.timing import lay_out
from jobs.synthesize.speech.track import Sound, VoiceUsed, speak

IDENTITIES = 100_000
"""Heads that a split has to draw from."""
_SPLITS: dict[Split, int] = {"train": 0, "dev": 1, "test": 2}
_NAMES = {
    False: ("ANNA", "MAYA", "RUTH", "ZOE", "LENA"),
    True: ("BEN", "OMAR", "PAUL", "KAI", "IVAN"),
}
_STILL_SHARE, _STILL_S = 0.15, (0.7, 1.5)  # how often, and how long, nobody is shown at first


@dataclass(frozen=True)
class ClipOrder:
    """Which clip: the `index`th of a split under a seed, `height` pixels high."""

    split: Split
    seed: int
    index: int
    height: int

    @property
    def name(self) -> str:
        """The name of its files, without a suffix."""
        return f"{self.split}-{self.index:06d}"


@dataclass(frozen=True)
class MadeClip:
    """The rows of the table of truth, and what spoke."""

    rows: list[Row]
    voice: VoiceUsed


@dataclass(frozen=True)
class _Plan:
    """Everything that is true of a clip."""

    dialogue: Dialogue
    spans: tuple[Span, ...]
    duration_s: float
    look: Look
    movements: tuple[Movement, ...]
    shots: tuple[Shot, ...]


class _Draws:
    """Random numbers of a clip, apart for each purpose: what one takes changes no other."""

    def __init__(self, order: ClipOrder) -> None:
        self._base = (order.seed, _SPLITS[order.split], order.index)
        self._purposes = count()

    def fresh(self) -> np.random.Generator:
        """A generator for the next purpose."""
        return np.random.default_rng([*self._base, next(self._purposes)])


def make_clip(order: ClipOrder, folder: Path) -> MadeClip:
    """Write `NAME.mp4` and `NAME.srt` into a folder.

    Raises:
        SetupError: a file cannot be written, or espeak-ng fails.
    """
    draws = _Draws(order)
    plan = _plan(order, draws)
    sound = speak(plan.dialogue, plan.spans, plan.duration_s, draws.fresh())
    rows = _rows(order, plan, draws.fresh())
    pictures = _pictures(order, plan, sound, draws)
    path = folder / f"{order.name}.mp4"
    write_clip(path, pictures, plan.look.fps, sound, Quality(crf=plan.look.crf))
    write_subtitles(path.with_suffix(".srt"), plan.dialogue, plan.spans)
    return MadeClip(rows, sound.voice)


def _plan(order: ClipOrder, draws: _Draws) -> _Plan:
    dialogue = write_dialogue(draws.fresh(), order.split, _people(order.split, draws.fresh()))
    layout = lay_out(dialogue, draws.fresh())
    rng = draws.fresh()
    still_s = float(rng.uniform(*_STILL_S)) if rng.random() < _STILL_SHARE else 0.0
    spans = tuple(Span(s.start_s + still_s, s.end_s + still_s) for s in layout.spans)
    duration_s = layout.duration_s + still_s
    look = draw_look(draws.fresh(), order.height, len(dialogue.people))
    movements = perform(dialogue, spans, draws.fresh(), float(look.fps), duration_s)
    shots = plan_shots(dialogue, spans, movements, duration_s, still_s, draws.fresh())
    return _Plan(dialogue, spans, duration_s, look, movements, shots)


def _people(split: Split, rng: np.random.Generator) -> tuple[Person, Person]:
    """Two people with different heads and names."""
    people: list[Person] = []
    for number in rng.choice(IDENTITIES, 2, replace=False):
        identity = identity_of(load_mesh(), split, int(number))
        taken = {person.name for person in people}
        names = [name for name in _NAMES[identity.masculinity > 0.5] if name not in taken]
        name = names[int(rng.integers(len(names)))]
        people.append(Person(name, int(number), identity.masculinity, identity.age))
    return people[0], people[1]


def _rows(order: ClipOrder, plan: _Plan, rng: np.random.Generator) -> list[Row]:
    shown = [in_view(movement, plan.shots) for movement in plan.movements]
    explained = [
        Explained(*describe(plan.dialogue, turn, plan.movements, plan.spans, shown, rng=rng))
        for turn in range(len(plan.dialogue.turns))
    ]
    facts = ClipFacts(
        video_id=f"{order.name}.mp4",
        split=order.split,
        seed=order.seed,
        index=order.index,
        fps=float(plan.look.fps),
        width=plan.look.width,
        height=plan.look.height,
    )
    seen = [Seen(*pair) for pair in zip(plan.movements, shown, strict=True)]
    return truth_rows(facts, plan.dialogue, plan.spans, seen, explained)


def _pictures(order: ClipOrder, plan: _Plan, sound: Sound, draws: _Draws) -> Iterator[Picture]:
    look = plan.look
    times_s = np.arange(round(plan.duration_s * look.fps)) / float(look.fps)
    stage = Stage(order.split, look, plan.dialogue, plan.spans, plan.movements, sound, times_s)
    sets = stage.sets(plan.shots, draws.fresh())
    return film(look, plan.shots, sets, shake(look, len(times_s), draws.fresh()), draws.fresh())
