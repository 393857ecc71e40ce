"""The words for feelings, and what each family of them does to face, voice and words."""

from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from ruamel.yaml import YAML

from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.plan import Delivery, Feeling

NEUTRAL = "neutral"
UNCLEAR = "unclear"
"""In place of a family where nothing tells what is felt."""
NEUTRAL_WORDS = ("neutral", "calm", "matter-of-fact")

_FILE = Path(__file__).with_name("emotions.yaml")
_MOST_LABELS = 3
_NEAR = 0.1  # how far outside of its range of intensities a word may stand beside another
_LEAST_VOICE = 0.5  # share of the strongest change of the voice that a faint feeling brings


class Word(BaseModel):
    """A word for a feeling; it fits intensities from `weakest` to `strongest`, 0..1.

    Attributes:
        patterns: action-unit patterns of its family that show it.
        near: words that may stand beside it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weakest: float = Field(alias="from", ge=0, le=1)
    strongest: float = Field(alias="to", ge=0, le=1)
    patterns: tuple[str, ...] = Field(min_length=1)
    near: tuple[str, ...]


class Family(BaseModel):
    """A family of feelings; see the head of emotions.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voice: Delivery
    contradicted_by: tuple[str, ...] = Field(min_length=1)
    hidden_by: tuple[str, ...] = Field(min_length=1)
    words: dict[str, Word] = Field(min_length=4)

    @model_validator(mode="after")
    def _near_words_are_there(self) -> Self:
        for word, entry in self.words.items():
            if unknown := set(entry.near) - self.words.keys():
                raise ValueError(f"{word} is near {sorted(unknown)}, which the family has not")
        return self


@cache
def families() -> dict[str, Family]:
    """Every family but neutral, by its name.

    Raises:
        ValueError: their file names a family or a pattern that there is not.
    """
    with _FILE.open(encoding="utf-8") as stream:
        found = TypeAdapter(dict[str, Family]).validate_python(YAML(typ="safe").load(stream))
    for name, family in found.items():
        if unknown := {*family.contradicted_by, *family.hidden_by} - found.keys():
            raise ValueError(f"{_FILE.name}: {name}: no such family: {sorted(unknown)}")
        shown_by = {f"{name}.{own}" for word in family.words.values() for own in word.patterns}
        if unknown := shown_by - patterns().keys():
            raise ValueError(f"{_FILE.name}: {name}: no such pattern: {sorted(unknown)}")
    return found


@cache
def family_of(word: str) -> str:
    """The family of a word.

    Raises:
        KeyError: no family has it.
    """
    if word in NEUTRAL_WORDS:
        return NEUTRAL
    for name, family in families().items():
        if word in family.words:
            return name
    raise KeyError(word)


def draw_feeling(word: str, rng: np.random.Generator) -> Feeling:
    """A feeling whose best word is `word`, of an intensity that fits it, with up to two others."""
    name = family_of(word)
    if name == NEUTRAL:
        return Feeling(NEUTRAL, (word,), 0.0)
    words = families()[name].words
    entry = words[word]
    intensity = float(rng.uniform(entry.weakest, entry.strongest))
    near = [other for other in entry.near if _fits(words[other], intensity)]
    count = int(rng.integers(0, min(len(near), _MOST_LABELS - 1) + 1))
    return Feeling(name, (word, *near[:count]), intensity)


def draw_pattern(feeling: Feeling, rng: np.random.Generator) -> str:
    """The name of an action-unit pattern that shows the best word of a feeling."""
    shown_by = families()[feeling.family].words[feeling.labels[0]].patterns
    return f"{feeling.family}.{shown_by[rng.integers(len(shown_by))]}"


def delivery_of(feeling: Feeling) -> Delivery:
    """How a voice that follows the feeling differs from the person's own: more, the stronger it
    is."""
    if feeling.family == NEUTRAL:
        return Delivery()
    strongest = families()[feeling.family].voice
    share = _LEAST_VOICE + (1 - _LEAST_VOICE) * feeling.intensity
    return Delivery(strongest.pitch**share, strongest.pace**share, strongest.loudness_db * share)


def _fits(word: Word, intensity: float) -> bool:
    return word.weakest - _NEAR <= intensity <= word.strongest + _NEAR
