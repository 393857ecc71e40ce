"""Small tables of truth for the tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from jobs.synthesize.files.truth import ClipFacts, Explained, Row, Seen, truth_rows
from jobs.synthesize.plan import Dialogue, Feeling, Movement, Span
from tests.jobs.synthesize.dialogues import dialogue

SPANS = (Span(1.0, 2.0), Span(3.0, 4.5))


@dataclass(frozen=True)
class Told:
    """A clue."""

    modality: str
    text: str
    start_s: float
    end_s: float


def movement(
    kind: Literal["macro", "micro", "blink"], apex_s: float, turn: int | None = None
) -> Movement:
    return Movement(
        person="Bo",
        kind=kind,
        turn=turn,
        pattern=None if turn is None else "happiness-duchenne",
        action_units=(45,) if turn is None else (6, 12),
        side="both",
        onset_s=apex_s - 0.12,
        apex_s=apex_s,
        offset_s=apex_s + 0.12,
        intensity=0.5,
    )


def masked_dialogue() -> Dialogue:
    """Ann asks, and Bo smiles over his anger."""
    plain = dialogue("Are you in?", "I am.")
    masked = replace(
        plain.turns[1],
        feeling=Feeling("anger", ("resentful", "angry"), 0.75),
        display="masked",
        worn=Feeling("happiness", ("pleased",), 0.5),
    )
    return replace(plain, turns=(plain.turns[0], masked))


def rows_of_clip(index: int = 3, movements: Sequence[Movement] = ()) -> list[Row]:
    facts = ClipFacts(f"dev-{index:06d}.mp4", "dev", 11, index, 25.0, 640, 360)
    why = Explained("Bo smiles.", [Told("face", "a smile", 3.1, 3.9)])
    seen = [Seen(one, in_view=True) for one in movements]
    explained = [Explained("Ann asks.", []), why]
    return truth_rows(facts, masked_dialogue(), SPANS, seen, explained, places=["left", "right"])
