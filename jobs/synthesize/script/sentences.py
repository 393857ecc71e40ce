"""What can be said: templates of sentences for each split, and what fills them in.

The splits share no sentence, so that a model cannot know those of one from another.
"""

from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from jobs.synthesize.plan import Split
from jobs.synthesize.script.emotions import NEUTRAL_WORDS, families, family_of


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Entry):
    """Templates that say one feeling, which any of `words` names."""

    words: tuple[str, ...] = Field(min_length=1)
    say: tuple[str, ...] = Field(min_length=1)


class Sentences(_Entry):
    """The templates of a split, and the fillers of their slots, by the name of the slot.

    Attributes:
        congruent: by family.
        neutral: what tells no feeling.
        openings: what opens a talk, by the family of what is answered, or "any".
    """

    fillers: dict[str, tuple[str, ...]]
    congruent: dict[str, tuple[Group, ...]]
    neutral: tuple[str, ...]
    openings: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _words_are_of_their_family(self) -> Self:
        for family, groups in self.congruent.items():
            for word in (word for group in groups for word in group.words):
                if family_of(word) != family:
                    raise ValueError(f"{word} stands under {family}")
        return self


class Answered(_Entry):
    """A line of the other person, and what the reply to it means: words, the best one first."""

    line: str
    felt: tuple[str, ...] = Field(min_length=1, max_length=3)


class Reply(_Entry):
    """Words and an action-unit pattern that mean another feeling after another line."""

    reply: str
    pattern: str
    after: tuple[Answered, ...] = Field(min_length=2)


class _Replies(_Entry):
    replies: tuple[Reply, ...]


@cache
def sentences(split: Split) -> Sentences:
    """What is said in the clips of a split."""
    return Sentences.model_validate(content(f"sentences_{split}.yaml"))


@cache
def replies(split: Split) -> tuple[Reply, ...]:
    """The replies of a split that only what came before makes clear."""
    return _Replies.model_validate({"replies": content(f"context_{split}.yaml")}).replies


def vocabulary() -> tuple[str, ...]:
    """Every word that a label can be."""
    return (*NEUTRAL_WORDS, *(word for family in families().values() for word in family.words))


class Speech:
    """The sentences of one dialogue: none is said twice, and a slot has one filler throughout."""

    def __init__(self, split: Split, names: tuple[str, ...], rng: np.random.Generator) -> None:
        """
        Args:
            names: those of the people, who do not talk about themselves by name.
        """
        self._sentences = sentences(split)
        self._rng = rng
        self._said: set[str] = set()
        self._fillers = {
            slot: str(rng.choice([filler for filler in fillers if filler not in names]))
            for slot, fillers in self._sentences.fillers.items()
        }

    def congruent(self, family: str) -> tuple[str, str]:
        """A word of a family, and a sentence that says so."""
        pairs = [
            (group.words, template)
            for group in self._sentences.congruent[family]
            for template in group.say
            if template not in self._said
        ]
        words, template = pairs[self._rng.integers(len(pairs))]
        return words[self._rng.integers(len(words))], self._say(template)

    def neutral(self) -> str:
        """A sentence that tells no feeling."""
        return self._one_of(self._sentences.neutral)

    def opening(self, family: str) -> str:
        """A sentence to which somebody may answer with a feeling of `family`."""
        openings = self._sentences.openings
        return self._one_of((*openings["any"], *openings.get(family, ()) * 2))

    def _one_of(self, templates: tuple[str, ...]) -> str:
        unsaid = [template for template in templates if template not in self._said]
        return self._say(unsaid[self._rng.integers(len(unsaid))])

    def _say(self, template: str) -> str:
        self._said.add(template)
        return filled(template, self._fillers)


def filled(template: str, fillers: dict[str, str]) -> str:
    """A template with its slots filled in."""
    sentence = template.format_map(fillers)
    return sentence[0].upper() + sentence[1:]


def content(name: str) -> object:
    """What a YAML file of this package holds."""
    with Path(__file__).with_name(name).open(encoding="utf-8") as stream:
        found: object = YAML(typ="safe").load(stream)
    return found
