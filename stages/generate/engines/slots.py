"""The keys and values of rows that come and go: a slot for each, in memory that is taken once."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import Cache

KeysAndValues = tuple["torch.Tensor", "torch.Tensor"]  # [H, L, d] each, of one layer
Layers = list[KeysAndValues]


@dataclass
class _Pass:
    """Where the keys and values of a pass go, and which of them it sees."""

    slots: "torch.Tensor"  # [B, 1] int64
    positions: "torch.Tensor"  # [B, S] int64
    seen: "slice | torch.Tensor"  # the slots once more: a slice where they are the first
    reach: int

    def write(self, held: "torch.Tensor", states: "torch.Tensor") -> None:
        held[self.slots, :, self.positions] = states.transpose(1, 2)

    def read(self, held: "torch.Tensor") -> "torch.Tensor":
        return held[:, :, : self.reach][self.seen]


class Slots:
    """`count` slots of `room` positions, each for one row, from its first position on.

    Memory neither grows nor moves while rows come and go. What stands behind a row's end is never
    seen: each position is written before a later one looks at it.
    """

    def __init__(self, count: int, room: int) -> None:
        self._count = count
        self._room = room
        self._pass: _Pass | None = None
        self._cache: Any = None

    def put(self, layers: Layers, slots: Sequence[int]) -> None:
        """Let rows that begin with these keys and values have the `slots`.

        What was there is wiped: a value that is not a number would count even where it is hidden.

        Raises:
            torch.OutOfMemoryError: all the slots together do not fit the device.
        """
        if self._cache is None:
            self._cache = self._made(layers)
        places = layers[0][0].new_tensor(list(slots)).long()
        for layer, beginning in zip(self._cache.layers, layers, strict=True):
            for held, first in zip((layer.keys, layer.values), beginning, strict=True):
                held.index_fill_(0, places, 0)
                held[places, :, : first.shape[1]] = first

    def move(self, sources: Sequence[int], targets: Sequence[int]) -> None:
        """Let the rows of the slots `sources` go on in the slots `targets`."""
        for layer in self._cache.layers:
            for held in (layer.keys, layer.values):
                held[targets] = held[sources]

    def first(self, count: int, positions: "torch.Tensor", reach: int) -> "Cache":
        """The cache for a pass of the first `count` slots.

        Args:
            count: slots.
            positions: [count, S] int64 of what the pass adds.
            reach: the slots' first positions, which it sees.
        """
        import torch

        slots = torch.arange(count, device=positions.device)[:, None]
        return self._at(_Pass(slots, positions, slice(count), reach))

    def some(self, slots: Sequence[int], positions: "torch.Tensor", reach: int) -> "Cache":
        """The cache for a pass of these slots; else as `first`."""
        places = positions.new_tensor(list(slots))
        return self._at(_Pass(places[:, None], positions, places, reach))

    def _at(self, now: _Pass) -> "Cache":
        self._pass = now
        cache: Cache = self._cache
        return cache

    def _made(self, layers: Layers) -> "Cache":
        from transformers import Cache
        from transformers.cache_utils import StaticLayer

        slots = self

        class SlotLayer(StaticLayer):
            def update(
                self,
                key_states: "torch.Tensor",
                value_states: "torch.Tensor",
                *args: Any,
                **kwargs: Any,
            ) -> KeysAndValues:
                now: Any = slots._pass
                now.write(self.keys, key_states)
                now.write(self.values, value_states)
                return now.read(self.keys), now.read(self.values)

            def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
                now: Any = slots._pass
                return now.reach, 0

        class SlotCache(Cache):
            def get_query_offset(self, layer_idx: int = 0) -> Any:
                now: Any = slots._pass
                return now.positions  # for masks.py

        made: list[Any] = []
        for beginning in layers:
            layer = SlotLayer(self._room)
            none_yet = [one[None, :, :0].expand(self._count, -1, -1, -1) for one in beginning]
            layer.lazy_initialization(*none_yet)
            made.append(layer)
        return SlotCache(layers=made)
