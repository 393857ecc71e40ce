"""What a clip is, before a picture or a sound of it is made: people, turns, movements.

Times are seconds from the start of the clip. Everything here is drawn from the seed of the clip
alone, so it is the same on every machine.
"""

from dataclasses import dataclass
from typing import Literal

Split = Literal["train", "later", "dev", "test"]
Display = Literal["macro", "micro", "masked", "none"]
"""How the face shows what is felt: openly, in a micro-expression between neutral frames, in a
micro-expression that contradicts the macro-expression worn over it, or not at all."""

TextRole = Literal["congruent", "neutral", "contradicting"]
"""What the words say about the feeling."""

MovementKind = Literal["macro", "micro", "blink", "gaze", "speech"]
Unclear = Literal["rendering", "no_face"]
"""Why nothing can be told in a clip: faces are rendered in a foreign way, or no face is seen."""

Side = Literal["both", "left", "right"]
"""Left and right are the person's own."""


@dataclass(frozen=True)
class Person:
    """Somebody in the clip.

    `identity` is the number of the head within the split; `masculinity` (0..1) and `age` (0 young,
    1 old) are those of the head, for the voice and the description to agree with it.
    """

    name: str
    identity: int
    masculinity: float
    age: float


@dataclass(frozen=True)
class Feeling:
    """An emotion: its family (or "neutral"), the words for it, the best one first, and how strong
    it is, 0..1.

    Of the family "unclear" it has no words: nothing tells what is felt.
    """

    family: str
    labels: tuple[str, ...]
    intensity: float


@dataclass(frozen=True)
class Delivery:
    """How the voice differs from the person's own: factors on pitch and pace, loudness in dB."""

    pitch: float = 1.0
    pace: float = 1.0
    loudness_db: float = 0.0


@dataclass(frozen=True)
class Turn:
    """An utterance: who says what, what that person feels, and how it can be told.

    `text_family` is the family of which the words by themselves speak, whatever is felt; None where
    they tell nothing. `worn` is the feeling put on over the true one where `display` is "masked",
    else None.
    `pattern` names the action-unit pattern of the feeling, `worn_pattern` that of the worn one.
    `needs_context` says that face and words would mean another feeling after another turn of the
    other person. `voice_tells` says that `delivery` follows the feeling.
    """

    speaker: str
    text: str
    feeling: Feeling
    display: Display
    pattern: str | None
    worn: Feeling | None
    worn_pattern: str | None
    text_role: TextRole
    text_family: str | None
    needs_context: bool
    voice_tells: bool
    delivery: Delivery


@dataclass(frozen=True)
class Dialogue:
    """One to four turns by one or two people."""

    people: tuple[Person, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Span:
    """Where a turn is spoken: first and last sound."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Movement:
    """A movement of a face, as it would be coded by FACS.

    Attributes:
        person: whose face.
        kind: an expression, long or short, or one of the distractors.
        turn: index of the turn whose feeling it shows; None for what shows none.
        pattern: the action-unit pattern of an expression, None for the distractors.
        action_units: numbers of the units that move, ascending.
        side: the half of the face that moves.
        onset_s, apex_s, offset_s: last frame at rest, frame of the largest movement, first frame
            at rest again; all on frames of the clip.
        intensity: 0..1, of the largest movement the units can make.
    """

    person: str
    kind: MovementKind
    turn: int | None
    pattern: str | None
    action_units: tuple[int, ...]
    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    intensity: float
