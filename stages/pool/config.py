"""The section of the configuration for the pool stage."""

from stages.section import Section


class PoolConfig(Section):
    """Nothing is left to choose: the model fixes how many tokens stand for how much."""
