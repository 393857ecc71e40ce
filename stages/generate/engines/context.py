"""How many positions a prompt and its answer may take together."""

from collections.abc import Iterator, Mapping
from typing import Any

# Under these a long row of a batch would change how the short ones are computed.
_STRETCHED = frozenset({"dynamic", "longrope"})
_UNLIMITED = 1 << 20  # positions; a model without positions of its own (a state space)


def context_of(config: Any) -> int:
    """The context of a language model: what it was trained for, where its positions are stretched.

    Args:
        config: of a causal language model of transformers.
    """
    context: int = getattr(config, "max_position_embeddings", None) or _UNLIMITED
    for rope in _ropes(getattr(config, "rope_parameters", None) or {}):
        if rope.get("rope_type") in _STRETCHED:
            original = rope.get("original_max_position_embeddings") or getattr(
                config, "original_max_position_embeddings", None
            )
            context = min(context, original or context)
    return context


def _ropes(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parameters of rotary positions: of all layers, or of each kind of layer."""
    yield given
    yield from (own for own in given.values() if isinstance(own, Mapping))
