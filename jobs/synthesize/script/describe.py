"""What tells the feeling of an utterance: clue by clue, then what follows from them.

The form is that of the descriptions of Lian et al., "Explainable Multimodal Emotion Recognition"
(2023): what is seen, heard, said and known, in prose, and a conclusion that names the feeling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jobs.synthesize.plan import Dialogue, Movement, Span, Turn
from jobs.synthesize.script.emotions import NEUTRAL
from jobs.synthesize.script.wording import (
    lasting,
    listed,
    units_by_name,
    units_in_words,
    voice_in_words,
    when,
)

Modality = Literal["face", "voice", "text", "context"]


@dataclass(frozen=True)
class Clue:
    """Something that tells a feeling, and from when to when it is seen or heard, seconds."""

    modality: Modality
    text: str
    start_s: float
    end_s: float


def describe(
    dialogue: Dialogue,
    turn_index: int,
    movements: Sequence[Movement],
    spans: Sequence[Span],
    in_view: Sequence[bool],
    rng: np.random.Generator,
) -> tuple[str, list[Clue]]:
    """A description of a turn in prose, and the clues that it names.

    Nothing is said of a movement that is not in view.

    Args:
        movements: all of the clip.
        spans: where each turn is spoken.
        in_view: for each movement whether the picture shows it.
        rng: draws the forms of the sentences.
    """
    seen = [movement for movement, shown in zip(movements, in_view, strict=True) if shown]
    return _Description(dialogue, turn_index, seen, spans, rng).told()


class _Description:
    """A description in the making: sentences, and the clues that they speak of."""

    def __init__(
        self,
        dialogue: Dialogue,
        index: int,
        seen: Sequence[Movement],
        spans: Sequence[Span],
        rng: np.random.Generator,
    ) -> None:
        self._turn, self._span, self._rng = dialogue.turns[index], spans[index], rng
        self._asked: tuple[Turn, Span] | None = None
        if self._turn.needs_context:
            self._asked = dialogue.turns[index - 1], spans[index - 1]
        self._shown = [movement for movement in seen if movement.turn == index]
        self._speaks_in_view = any(
            movement.kind == "speech"
            and movement.person == self._turn.speaker
            and movement.onset_s <= self._span.end_s
            and movement.offset_s >= self._span.start_s
            for movement in seen
        )
        self._sentences: list[str] = []
        self._clues: list[Clue] = []

    def told(self) -> tuple[str, list[Clue]]:
        self._tell_context()
        self._tell_face()
        self._tell_voice()
        self._tell_words()
        self._conclude()
        return " ".join(self._sentences), self._clues

    def _tell_context(self) -> None:
        if self._asked is None:
            return
        turn, span = self._asked
        self._say(
            f"{turn.speaker} has just said: “{turn.text}”",
            f"What comes before matters here: {turn.speaker} says, “{turn.text}”",
            f"This answers what {turn.speaker} said: “{turn.text}”",
        )
        self._clue("context", f"{turn.speaker} has just said: “{turn.text}”", span)

    def _tell_face(self) -> None:
        for movement in self._shown:
            if movement.kind == "micro":
                self._tell_micro(movement)
            else:
                self._tell_macro(movement)
        if self._turn.display == "none" and self._speaks_in_view:
            name = self._turn.speaker
            self._say(
                f"{name}'s face shows nothing while {name} speaks.",
                f"Apart from the movements of speech, {name}'s face stays at rest.",
            )
            if self._turn.feeling.family == NEUTRAL:
                self._clue("face", "the face stays at rest", self._span)

    def _tell_macro(self, movement: Movement) -> None:
        name, what = self._turn.speaker, units_in_words(movement)
        time, units = when(movement, self._span, name), units_by_name(movement)
        from_to = f"from {movement.onset_s:.2f} s to {movement.offset_s:.2f} s"
        self._say(
            f"{_capital(from_to)}, {time}, {what} ({units}), most of all at "
            f"{movement.apex_s:.2f} s.",
            f"{_capital(time)}, {what}; the movement ({units}) lasts {from_to} and is strongest "
            f"at {movement.apex_s:.2f} s.",
            f"On {name}'s face {what} {from_to} ({units}).",
        )
        self._clue("face", f"{what} ({units})", movement)

    def _tell_micro(self, movement: Movement) -> None:
        name, what = self._turn.speaker, units_in_words(movement)
        time, units = when(movement, self._span, name), units_by_name(movement)
        self._say(
            f"For no more than {lasting(movement)}, from {movement.onset_s:.2f} s to "
            f"{movement.offset_s:.2f} s, {what} ({units}), {time}.",
            f"{_capital(time)}, at {movement.apex_s:.2f} s, something flashes over {name}'s face "
            f"and is gone within {lasting(movement)}: {what} ({units}).",
            f"A micro-expression of {lasting(movement)} passes over {name}'s face {time}, with "
            f"its peak at {movement.apex_s:.2f} s: {what} ({units}).",
        )
        self._clue("face", f"{what} ({units}), a flash of {lasting(movement)}", movement)

    def _tell_voice(self) -> None:
        name, heard = self._turn.speaker, voice_in_words(self._turn.delivery)
        if self._turn.voice_tells and heard:
            self._say(
                f"The voice is {heard} than {name}'s usual one.",
                f"{name}'s voice is {heard} than usual.",
                f"{name} sounds {heard} than usual.",
            )
            self._clue("voice", f"the voice is {heard} than usual", self._span)
        elif not self._turn.voice_tells:
            self._say("The voice is even.", f"{name}'s voice is no different from usual.")
            if self._turn.feeling.family == NEUTRAL:
                self._clue("voice", "the voice is even", self._span)

    def _tell_words(self) -> None:
        text, role = self._turn.text, self._turn.text_role
        if self._turn.needs_context:
            self._say(
                f"The reply, “{text}”, could mean many things by itself.",
                f"By themselves the words “{text}” could go with more than one feeling.",
            )
        elif self._turn.feeling.family == NEUTRAL:
            self._say(f"“{text}” is said plainly.", f"The words, “{text}”, are put plainly.")
            self._clue("text", f"“{text}” is said plainly", self._span)
        elif role == "neutral":
            self._say(
                f"The words, “{text}”, give nothing away.",
                f"“{text}” is all that is said, and it says nothing of how {self._turn.speaker} "
                "feels.",
            )
        elif role == "congruent":
            self._say(
                f"The words fit: “{text}”",
                f"What is said points the same way: “{text}”",
                f"{self._turn.speaker} says so, too: “{text}”",
            )
            self._clue("text", f"the words say it: “{text}”", self._span)
        else:
            self._say(
                f"The words say something else, and they do not fit: “{text}”",
                f"“{text}” is what is said, but the rest tells another story.",
            )
            self._clue("text", f"the words do not fit the rest: “{text}”", self._span)

    def _conclude(self) -> None:
        turn = self._turn
        name, labels = turn.speaker, listed(list(turn.feeling.labels))
        is_worn_in_view = any(movement.kind == "macro" for movement in self._shown)
        if turn.feeling.family == NEUTRAL:
            self._say(f"So {name} is {labels}.", f"All in all, {name} is {labels}.")
        elif turn.worn is not None and is_worn_in_view:
            worn = listed(list(turn.worn.labels))
            self._say(
                f"{name} wants to look {worn}, but is in truth {labels}.",
                f"The {worn} look is put on: underneath it, {name} is {labels}.",
            )
        elif self._asked is not None:
            self._say(
                f"After what {self._asked[0].speaker} said, it means that {name} is {labels}.",
                f"Heard as an answer to {self._asked[0].speaker}, it shows that {name} is "
                f"{labels}.",
            )
        else:
            self._say(
                f"So {name} is {labels}.",
                f"Taken together, this shows that {name} is {labels}.",
                f"All of this suggests that {name} is {labels}.",
            )

    def _say(self, *forms: str) -> None:
        self._sentences.append(forms[self._rng.integers(len(forms))])

    def _clue(self, modality: Modality, text: str, at: Span | Movement) -> None:
        if isinstance(at, Movement):
            self._clues.append(Clue(modality, text, at.onset_s, at.offset_s))
        else:
            self._clues.append(Clue(modality, text, at.start_s, at.end_s))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
