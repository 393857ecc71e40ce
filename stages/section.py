"""The base of every section of the configuration."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One part of the configuration tree.

    Frozen, so that what a run records is what it ran with; unknown keys are errors, so that a
    typing slip cannot silently leave a default in force. Every field carries a one-line
    description, which `microemo config` prints.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
