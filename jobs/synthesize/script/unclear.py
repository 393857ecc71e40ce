"""Dialogues of which nobody can tell what is felt, and descriptions that say so."""

from dataclasses import replace

import numpy as np

from jobs.synthesize.plan import Delivery, Dialogue, Feeling, Person, Split, Turn, Unclear
from jobs.synthesize.script.clues import Telling
from jobs.synthesize.script.dialogue import write_dialogue
from jobs.synthesize.script.emotions import UNCLEAR
from jobs.synthesize.script.sentences import Speech
from jobs.synthesize.script.wording import quoted

WAYS: dict[Unclear, float] = {"rendering": 0.75, "no_face": 0.25}
"""Shares of the clips by why nothing can be told."""

_VARIES = 0.12  # of a voice from turn to turn: of pitch and pace, in natural logarithms
_VARIES_DB = 4.0
_EXPRESSIVE = 0.75  # share of the foreign renderings in which faces move as in other sets


def draw_way(rng: np.random.Generator) -> Unclear:
    """Why nothing can be told in a clip."""
    return list(WAYS)[rng.choice(len(WAYS), p=list(WAYS.values()))]


def write_unclear(
    rng: np.random.Generator, split: Split, people: tuple[Person, Person], way: Unclear
) -> Dialogue:
    """One to four turns by the first or both of two people, in plain words.

    Voices differ from turn to turn as voices do, and follow no feeling: by an even voice a model
    would know these sets from others.

    It says what the faces do, which is as in any dialogue where their rendering is foreign, and
    nothing else; `untold` is what there is to be known of it. What is said is what is said in other
    sets too: of words of their own a model would learn to abstain on what it never heard.
    """
    acted = write_dialogue(
        rng, split, people, expressions=way == "rendering" and rng.random() < _EXPRESSIVE
    )
    plain = Speech(split, tuple(person.name for person in people), rng)
    turns = [
        replace(
            turn,
            text=plain.neutral(),
            text_role="neutral",
            text_family=None,
            voice_tells=False,
            delivery=_any_delivery(rng),
        )
        for turn in acted.turns
    ]
    return Dialogue(acted.people, tuple(turns))


def untold(dialogue: Dialogue) -> Dialogue:
    """The same words, and nothing that tells a feeling."""
    return Dialogue(dialogue.people, tuple(_untold(turn) for turn in dialogue.turns))


def describe_unclear(turn: Turn, way: Unclear, rng: np.random.Generator) -> str:
    """Why nothing can be told of a turn, in one or two sentences."""
    telling = Telling(rng)
    name, words = turn.speaker, quoted(turn.text)
    if way == "no_face":
        telling.say(
            f"No face is seen, and the words {words} do not tell how {name} feels.",
            f"{name} is heard but not seen. What is said, {words}, does not tell a feeling.",
            f"The picture shows no face, and neither the voice nor the words {words} tell "
            f"what {name} feels.",
        )
    else:
        telling.say(
            f"The picture does not show {name}'s face in a way that can be read, and the words "
            f"{words} do not tell how {name} feels.",
            f"What {name}'s face does cannot be read from this picture. The words {words} give "
            "nothing away.",
            f"A face is seen, but nothing in it can be relied on. What {name} says, {words}, "
            "does not tell a feeling.",
        )
    return telling.text


def _any_delivery(rng: np.random.Generator) -> Delivery:
    pitch, pace = np.exp(rng.uniform(-_VARIES, _VARIES, 2)).tolist()
    return Delivery(pitch, pace, float(rng.uniform(-_VARIES_DB, _VARIES_DB)))


def _untold(turn: Turn) -> Turn:
    return Turn(
        speaker=turn.speaker,
        text=turn.text,
        feeling=Feeling(UNCLEAR, (), 0.0),
        display="none",
        pattern=None,
        worn=None,
        worn_pattern=None,
        text_role="neutral",
        text_family=None,
        needs_context=False,
        voice_tells=False,
        delivery=turn.delivery,
    )
