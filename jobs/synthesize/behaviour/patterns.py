"""The action-unit patterns of the emotions: which units of the face move together."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from ruamel.yaml import YAML

from jobs.synthesize.behaviour.action_units import HAS_SIDES
from pipeline.action_units import NAMES

_FILE = Path(__file__).with_name("patterns.yaml")


class Pattern(BaseModel):
    """Units that move together.

    Attributes:
        units: strength of each, 0..1, by its FACS number.
        one_sided: whether only one half of the face moves.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: dict[int, Annotated[float, Field(gt=0, le=1)]] = Field(min_length=1)
    one_sided: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The units, ascending."""
        return tuple(sorted(self.units))


@cache
def patterns() -> dict[str, Pattern]:
    """Every pattern by its name, which is that of its family, a full stop, and its own.

    Raises:
        ValueError: the file of the patterns names a unit that the face does not have, or one of
            both halves in a pattern of one.
    """
    with _FILE.open(encoding="utf-8") as stream:
        found = TypeAdapter(dict[str, Pattern]).validate_python(YAML(typ="safe").load(stream))
    for name, pattern in found.items():
        movable = HAS_SIDES if pattern.one_sided else NAMES.keys()
        if unknown := pattern.units.keys() - movable:
            raise ValueError(f"{_FILE.name}: {name}: cannot move {sorted(unknown)}")
    return found
