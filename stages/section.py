"""The base of every section of the configuration, and the mark on keys that leave results alone."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class PlaceOrPace:
    """Marks a key that says where or how fast something is done, and never what comes out.

    Also marks the path of weights: what they are is known by their content, wherever they lie.
    """


PLACE_OR_PACE = PlaceOrPace()
"""Used as `device: Annotated[str, PLACE_OR_PACE] = Field("cpu", ...)`."""


class Section(BaseModel):
    """One part of the configuration tree.

    Frozen, so that what a run records is what it ran with; unknown keys are errors, so that a
    typing slip cannot silently leave a default in force. Every field carries a one-line
    description, which `microemo config` prints.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    def result_keys(self) -> dict[str, Any]:
        """The keys that decide what comes out, as plain data; see `PlaceOrPace`."""
        fields = type(self).model_fields
        values = self.model_dump(mode="json")
        kept: dict[str, Any] = {}
        for name, field in fields.items():
            if any(isinstance(mark, PlaceOrPace) for mark in field.metadata):
                continue
            own = getattr(self, name)
            kept[name] = own.result_keys() if isinstance(own, Section) else values[name]
        return kept


Sections = Mapping[str, Any]
"""The sections that a run reads, by key: those of its stages, and `model` if one needs it."""
