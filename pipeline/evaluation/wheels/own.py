"""The project's own small vocabulary of feelings: one wheel, eight families, no licence to ask for.

It stands in own.yaml. Its wheel is a stand-in where nobody points to the challenge's files, and the
scores on it are not comparable with published ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from ruamel.yaml import YAML

from pipeline.evaluation.answers import Sentiment
from pipeline.evaluation.wheels.wheel import Wheel, Wheels

FAMILIES = (
    "happiness",
    "sadness",
    "anger",
    "fear",
    "disgust",
    "surprise",
    "contempt",
    "neutral",
)
"""Seven families of emotion, and none; the inner ring of the wheel."""

_FILE = Path(__file__).with_name("own.yaml")


@dataclass(frozen=True)
class Vocabulary:
    """What is known of the words of own.yaml.

    Attributes:
        base_of: from word form to base word.
        shade_of: from base word to its class of level 2.
        family_of: from base word to its class of level 1.
        sentiment_of: from base word to its sentiment.
    """

    base_of: Mapping[str, str]
    shade_of: Mapping[str, str]
    family_of: Mapping[str, str]
    sentiment_of: Mapping[str, Sentiment]

    def family(self, word: str) -> str | None:
        """One of `FAMILIES`, or None for a word that is not known here."""
        base = self.base_of.get(word.strip().lower())
        return None if base is None else self.family_of[base]

    def sentiment(self, word: str) -> Sentiment | None:
        """Positive, negative or neutral, or None for a word that is not known here."""
        base = self.base_of.get(word.strip().lower())
        return None if base is None else self.sentiment_of[base]


@cache
def vocabulary() -> Vocabulary:
    """The words of own.yaml.

    Raises:
        ValueError: a word stands there twice.
    """
    written = YAML(typ="safe", pure=True).load(_FILE.read_text("utf-8"))
    families = cast("dict[str, dict[str, dict[str, list[str]]]]", written["families"])
    of_family = cast("dict[str, Sentiment]", written["sentiment"]["of_family"])
    of_word = cast("dict[str, Sentiment]", written["sentiment"]["of_word"])
    base_of: dict[str, str] = {}
    shade_of: dict[str, str] = {}
    family_of: dict[str, str] = {}
    for family, shades in families.items():
        for shade, bases in shades.items():
            for base, forms in bases.items():
                shade_of[base], family_of[base] = shade, family
                for form in (base, *forms):
                    if base_of.setdefault(form, base) != base or forms.count(form) > 1:
                        raise ValueError(f"{_FILE.name}: {form} stands there twice")
    sentiment_of = {
        base: of_word.get(base, of_family[family]) for base, family in family_of.items()
    }
    return Vocabulary(base_of, shade_of, family_of, sentiment_of)


@cache
def own_wheels() -> Wheels:
    """The vocabulary as a set of one wheel: families at level 1, shades at level 2."""
    words = vocabulary()
    return Wheels(
        name="own vocabulary",
        forms={form: (base,) for form, base in words.base_of.items()},
        synonyms={base: (base,) for base in words.family_of},
        wheels=(Wheel("own", level1=words.family_of, level2=words.shade_of),),
    )
