"""The section of the configuration for the keep stage."""

from stages.section import Section


class KeepConfig(Section):
    """Nothing is left to choose: what the model would see is kept as it is."""
