"""A small network that tells expressions from what faces do anyway; learnt on rendered faces."""

from stages.evidence.spotter.network import Chances, chances

__all__ = ["Chances", "chances"]
