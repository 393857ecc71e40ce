"""A set of emotion wheels and the way of a word onto them.

After AffectGPT (arXiv 2501.16566) and its code, github.com/zeroQiaoba/AffectGPT: a word form leads
to base words, a base word to labels of the wheels, and a label stands in one class of each level.
Level 1 is the innermost ring.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["level1", "level2"]


@dataclass(frozen=True)
class Wheel:
    """From each label on a wheel to its class, of the inner ring and of the one around it."""

    name: str
    level1: Mapping[str, str]
    level2: Mapping[str, str]

    def classes(self, level: Level) -> Mapping[str, str]:
        """From label to class of that level."""
        return self.level1 if level == "level1" else self.level2


@dataclass(frozen=True)
class Wheels:
    """Wheels that share a vocabulary.

    Attributes:
        name: in words, for a table of scores.
        forms: from word form to base words.
        synonyms: from base word to labels of the wheels.
    """

    name: str
    forms: Mapping[str, tuple[str, ...]]
    synonyms: Mapping[str, tuple[str, ...]]
    wheels: tuple[Wheel, ...]

    def classes(self, label: str, level: Level = "level1") -> tuple[str | None, ...]:
        """The class of a label on each wheel; None where it does not stand on that wheel.

        Case and surrounding white space do not count. Of several candidates the first in the
        alphabet that stands on the wheel is taken.
        """
        bases = self.forms.get(label.strip().lower(), ())
        found = sorted(name for base in bases for name in self.synonyms.get(base, ()))
        rings = (wheel.classes(level) for wheel in self.wheels)
        return tuple(next((ring[name] for name in found if name in ring), None) for ring in rings)
