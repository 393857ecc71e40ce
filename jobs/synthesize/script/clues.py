"""The sentences of a description, and the clues that they speak of."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from jobs.synthesize.plan import Movement, Span

Modality = Literal["face", "voice", "text", "context"]


@dataclass(frozen=True)
class Clue:
    """Something that tells a feeling, and from when to when it is seen or heard, seconds."""

    modality: Modality
    text: str
    start_s: float
    end_s: float


class Telling:
    """A description in the making."""

    def __init__(self, rng: np.random.Generator) -> None:
        """
        Args:
            rng: draws the forms of the sentences.
        """
        self._rng = rng
        self._sentences: list[str] = []
        self.clues: list[Clue] = []

    @property
    def text(self) -> str:
        """The sentences so far."""
        return " ".join(self._sentences)

    def say(self, *forms: str) -> None:
        """Add a sentence in one of the forms that it can have."""
        form = forms[self._rng.integers(len(forms))]
        self._sentences.append(form[0].upper() + form[1:])

    def clue(self, modality: Modality, text: str, at: Span | Movement) -> None:
        """Add a clue that is there as long as the span or the movement."""
        if isinstance(at, Movement):
            self.clues.append(Clue(modality, text, at.onset_s, at.offset_s))
        else:
            self.clues.append(Clue(modality, text, at.start_s, at.end_s))
