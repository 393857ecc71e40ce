"""The keys and values of prefixes, computed once and kept for the prompts that come."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stages.generate.engines.buckets import Positions, buckets
from stages.generate.engines.engine import Prompt
from stages.generate.engines.slots import Layers

if TYPE_CHECKING:
    import torch


@dataclass
class _Entry:
    prefix: "torch.Tensor"  # [P, D_llm], by which it is known again
    layers: Layers
    asked: "torch.Tensor | None" = None  # the same as it was last asked for

    @property
    def bytes(self) -> int:
        """What it takes of the device's memory."""
        held = (tensor.nbytes for layer in self.layers for tensor in layer)
        return self.prefix.nbytes + sum(held)


class PrefixCache:
    """Prefixes by their id, at most `most_bytes` of them beyond those in use.

    Both turns of a conversation begin alike, so what the first computed serves the second.

    Args:
        forward: the causal language model.
        most_bytes: kept between calls, keys, values and prefixes; those used least lately go first.
        positions: where the positions computed are counted.
    """

    def __init__(
        self, forward: "Callable[..., Any]", most_bytes: int, positions: Positions
    ) -> None:
        self._forward = forward
        self._most = most_bytes
        self._positions = positions
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def layers(self, prompts: Sequence[Prompt]) -> dict[str, Layers]:
        """The keys and values of each prefix that the prompts begin with, by its id.

        Raises:
            ValueError: two prompts call different prefixes by one id.
        """
        wanted = _prefixes(prompts)
        missing = [name for name, prefix in wanted.items() if not self._holds(name, prefix)]
        for bucket in buckets([len(wanted[name]) for name in missing]):
            self._compute({missing[index]: wanted[missing[index]] for index in bucket})
        for name in wanted:
            self._entries.move_to_end(name)
        found = {name: self._entries[name].layers for name in wanted}
        self._forget()
        return found

    def _holds(self, name: str, prefix: "torch.Tensor") -> bool:
        entry = self._entries.get(name)
        if entry is None:
            return False
        if entry.asked is not prefix:  # else a device need not be waited for
            entry.asked = prefix if _equal(entry.prefix, prefix) else None
        return entry.asked is prefix

    def _compute(self, prefixes: "dict[str, torch.Tensor]") -> None:
        """One pass over the prefixes, filled up on the right, where no position looks."""
        from torch.nn.utils.rnn import pad_sequence
        from transformers import DynamicCache

        cache: Any = DynamicCache()
        embeds = pad_sequence(list(prefixes.values()), batch_first=True)
        self._forward(inputs_embeds=embeds, past_key_values=cache, use_cache=True, logits_to_keep=1)
        self._positions.add([len(prefix) for prefix in prefixes.values()])
        for row, (name, prefix) in enumerate(prefixes.items()):
            own = (row, slice(None), slice(len(prefix)))
            self._entries[name] = _Entry(
                prefix.clone(),
                [(layer.keys[own].clone(), layer.values[own].clone()) for layer in cache.layers],
            )

    def _forget(self) -> None:
        held = sum(entry.bytes for entry in self._entries.values())
        while held > self._most:
            _, entry = self._entries.popitem(last=False)
            held -= entry.bytes


def _prefixes(prompts: Sequence[Prompt]) -> "dict[str, torch.Tensor]":
    found: dict[str, torch.Tensor] = {}
    for prompt in prompts:
        if not _equal(found.setdefault(prompt.prefix_id, prompt.prefix), prompt.prefix):
            raise ValueError(f"two prompts call different prefixes '{prompt.prefix_id}'")
    return found


def _equal(one: "torch.Tensor", other: "torch.Tensor") -> bool:
    import torch

    return one is other or (one.shape == other.shape and torch.equal(one, other))
