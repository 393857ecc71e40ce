"""The sets of a clip: who stands where in each of its shots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.synthesize.behaviour.face import Lips
from jobs.synthesize.plan import Dialogue, Movement, Person, Span, Split
from jobs.synthesize.scene.acting import act
from jobs.synthesize.scene.background import draw_background, draw_still_life
from jobs.synthesize.scene.behind import seen_from_behind
from jobs.synthesize.scene.camera import MARGIN
from jobs.synthesize.scene.filming import Actor, Set
from jobs.synthesize.scene.look import Look
from jobs.synthesize.scene.shots import Framing, Shot
from jobs.synthesize.scene.staging import Stand, stand_alone, stand_together

_FROM_BEHIND = 0.45


@dataclass(frozen=True)
class Stage:
    """What is played, and how it looks.

    `mouths` are what each person's lips do for speech, by name, at `times_s`, [n], the times of the
    frames. With `backs` shots without anybody may show the back of a head;
    `foreign_skins` is the share of the heads with other skin than heads have here.
    """

    split: Split
    look: Look
    dialogue: Dialogue
    spans: tuple[Span, ...]
    movements: tuple[Movement, ...]
    mouths: Mapping[str, Lips]
    times_s: npt.NDArray[np.float64]
    backs: bool = False
    foreign_skins: float = 0.0

    def sets(self, shots: Sequence[Shot], rng: np.random.Generator) -> list[Set]:
        """The set of each shot; shots of the same people share one."""
        built: dict[tuple[str, ...], Set] = {}
        for shot in shots:
            if shot.people not in built:
                built[shot.people] = self._build(shot, rng)
        return [built[shot.people] for shot in shots]

    def _build(self, shot: Shot, rng: np.random.Generator) -> Set:
        stands: tuple[Stand, ...] = ()
        if shot.framing is Framing.ONE:
            stands = (stand_alone(rng, self.look),)
        elif shot.framing is Framing.TWO:
            stands = stand_together(rng, self.look)
        paint = draw_background if stands else draw_still_life
        size = self.look.height + 2 * MARGIN, self.look.width + 2 * MARGIN
        picture = self.look.grade(paint(rng, *size))
        if self.backs and not stands and rng.random() < _FROM_BEHIND:
            person = self.dialogue.people[0]
            picture = seen_from_behind(picture, person, self.split, self.look, rng)
        background = np.ascontiguousarray(picture.transpose(2, 0, 1))
        people = [person for person in self.dialogue.people if person.name in shot.people]
        actors = [self._act(*pair, rng) for pair in zip(people, stands, strict=True)]
        return Set(tuple(actors), background)

    def _act(self, person: Person, stand: Stand, rng: np.random.Generator) -> Actor:
        pairs = zip(self.dialogue.turns, self.spans, strict=True)
        speaking = [span for turn, span in pairs if turn.speaker == person.name]
        return act(
            person,
            stand,
            self.split,
            self.look,
            movements=self.movements,
            speaking=speaking,
            mouth=self.mouths[person.name],
            times_s=self.times_s,
            rng=rng,
            foreign_skin=self.foreign_skins > 0 and rng.random() < self.foreign_skins,
        )
