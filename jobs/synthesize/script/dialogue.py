"""Who says what in a clip, what that person feels, and what tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from jobs.synthesize.plan import (
    Delivery,
    Dialogue,
    Display,
    Feeling,
    Person,
    Split,
    TextRole,
    Turn,
)
from jobs.synthesize.script.emotions import (
    NEUTRAL_WORDS,
    delivery_of,
    draw_feeling,
    draw_pattern,
    families,
)
from jobs.synthesize.script.sentences import Speech, replies

CONTEXT = 0.15
"""Share of the clips that hold a reply which only what came before makes clear."""
DISPLAYS: dict[Display, float] = {"macro": 0.4, "micro": 0.25, "masked": 0.15, "none": 0.2}
"""Shares of the turns by what the face shows; as all below, without the turns of such a pair."""
NEUTRAL_TURNS = 0.1
"""Share of the turns in which nothing is felt; the face shows nothing in them."""
PLAIN_TURNS = 0.35
"""The same where the words alone tell: as many of them tell nothing as where faces tell too."""
TEXT_ROLES: dict[TextRole, float] = {"congruent": 0.35, "neutral": 0.45, "contradicting": 0.2}
"""Shares of the turns by what the words say."""
VOICE_TELLS = 0.5
"""Share of the turns with a feeling that the voice follows; more where nothing else tells."""

_TURNS = {1: 0.25, 2: 0.35, 3: 0.25, 4: 0.15}
_MONOLOGUE = 0.15  # share of the clips with several turns in which one person speaks on
_MICRO_IN_CONTEXT = 0.35

_T = TypeVar("_T")


def write_dialogue(
    rng: np.random.Generator,
    split: Split,
    people: Sequence[Person],
    *,
    expressions: bool = True,
    words_only: bool = False,
) -> Dialogue:
    """One to four turns by the first or both of two people, who take turns.

    Whatever is felt, something tells it: a face, the voice, the words, or what came before. With
    `words_only` it is the words or what came before; pairs of a line and a reply have twice their
    share then, and neutral turns that of `PLAIN_TURNS`.

    Args:
        people: two, with different names.
        expressions: whether anything is felt; else every turn is neutral.
        words_only: whether faces and voices tell nothing.
    """
    first, second = people
    speech = Speech(split, (first.name, second.name), rng)
    is_in_context = rng.random() < (2 * CONTEXT if words_only else CONTEXT) and expressions
    turns = _context_pair(rng, split, first, second) if is_in_context else []
    if words_only:
        turns = [replace(turn, display="none", pattern=None) for turn in turns]
    draw_turn = _neutral_turn if not expressions else _turn_of_words if words_only else _turn
    count = max(len(turns), _drawn(rng, _TURNS))
    alone = not turns and (count == 1 or rng.random() < _MONOLOGUE)
    while len(turns) < count:
        speaker = first if alone or len(turns) % 2 == 0 else second
        turns.append(draw_turn(speaker.name, speech, rng))
    if not alone and turns[0].text_role == "neutral" and not turns[1].needs_context:
        turns[0] = replace(turns[0], text=speech.opening(turns[1].feeling.family))
    return Dialogue((first,) if alone else (first, second), tuple(turns))


def _turn(speaker: str, speech: Speech, rng: np.random.Generator) -> Turn:
    if rng.random() < NEUTRAL_TURNS:
        return _neutral_turn(speaker, speech, rng)
    display = _drawn(rng, _less_neutral(DISPLAYS, "none"))
    role = _drawn(rng, _less_neutral(TEXT_ROLES, "neutral"))
    family = _one_of(rng, tuple(families()))
    worn = _worn(rng, family) if display == "masked" else None
    word, text, text_family = _words(rng, speech, family, role, worn)
    feeling = draw_feeling(word, rng)
    alone = display == "none" and role != "congruent"
    voice_tells = alone or bool(rng.random() < VOICE_TELLS)
    return Turn(
        speaker=speaker,
        text=text,
        feeling=feeling,
        display=display,
        pattern=None if display == "none" else draw_pattern(feeling, rng),
        worn=worn,
        worn_pattern=draw_pattern(worn, rng) if worn else None,
        text_role=role,
        text_family=text_family,
        needs_context=False,
        voice_tells=voice_tells,
        delivery=delivery_of(feeling) if voice_tells else Delivery(),
    )


def _turn_of_words(speaker: str, speech: Speech, rng: np.random.Generator) -> Turn:
    """A turn whose words alone tell what is felt, if anything is."""
    if rng.random() < PLAIN_TURNS:
        return _neutral_turn(speaker, speech, rng)
    family = _one_of(rng, tuple(families()))
    word, text = speech.congruent(family)
    told = _plain_turn(speaker, text, draw_feeling(word, rng))
    return replace(told, text_role="congruent", text_family=family)


def _neutral_turn(speaker: str, speech: Speech, rng: np.random.Generator) -> Turn:
    feeling = draw_feeling(_one_of(rng, NEUTRAL_WORDS), rng)
    return _plain_turn(speaker, speech.neutral(), feeling)


def _worn(rng: np.random.Generator, family: str) -> Feeling:
    """What is put on over a feeling of `family`."""
    put_on = families()[_one_of(rng, families()[family].hidden_by)]
    return draw_feeling(_one_of(rng, tuple(put_on.words)), rng)


def _words(
    rng: np.random.Generator, speech: Speech, family: str, role: TextRole, worn: Feeling | None
) -> tuple[str, str, str | None]:
    """The word for what is felt, what is said, and the family of which that speaks."""
    if role == "congruent":
        return *speech.congruent(family), family
    word = _one_of(rng, tuple(families()[family].words))
    if role == "neutral":
        return word, speech.neutral(), None
    denied_by = worn.family if worn else _one_of(rng, families()[family].contradicted_by)
    return word, speech.congruent(denied_by)[1], denied_by


def _plain_turn(speaker: str, text: str, feeling: Feeling) -> Turn:
    """A turn of which face and voice tell nothing, and nor do the words."""
    return Turn(
        speaker, text, feeling, "none", None, None, None, "neutral", None, False, False, Delivery()
    )


def _context_pair(
    rng: np.random.Generator, split: Split, first: Person, second: Person
) -> list[Turn]:
    """A line, and a reply that it alone makes clear: the voice is plain, the words are open."""
    reply = replies(split)[rng.integers(len(replies(split)))]
    answered = reply.after[rng.integers(len(reply.after))]
    feeling = replace(draw_feeling(answered.felt[0], rng), labels=answered.felt)
    return [
        _plain_turn(first.name, answered.line, draw_feeling(NEUTRAL_WORDS[-1], rng)),
        Turn(
            speaker=second.name,
            text=reply.reply,
            feeling=feeling,
            display="micro" if rng.random() < _MICRO_IN_CONTEXT else "macro",
            pattern=reply.pattern,
            worn=None,
            worn_pattern=None,
            text_role="neutral",
            text_family=None,
            needs_context=True,
            voice_tells=False,
            delivery=Delivery(),
        ),
    ]


def _less_neutral(shares: Mapping[_T, float], role: _T) -> dict[_T, float]:
    """Shares among the turns with a feeling; neutral ones all have `role`."""
    return {key: share - NEUTRAL_TURNS * (key == role) for key, share in shares.items()}


def _drawn(rng: np.random.Generator, shares: Mapping[_T, float]) -> _T:
    weights = np.array(list(shares.values()))
    return list(shares)[rng.choice(len(weights), p=weights / weights.sum())]


def _one_of(rng: np.random.Generator, names: tuple[str, ...]) -> str:
    return names[rng.integers(len(names))]
