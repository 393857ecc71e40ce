"""The keys and values of a batch that decodes: in memory taken once, filled a position a step."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import Cache

KeysAndValues = tuple["torch.Tensor", "torch.Tensor"]  # [H, L, d] each, of one layer
Layers = list[KeysAndValues]


def kv_buffer(
    rows: Sequence[Layers],
    length: int,
    more: int,
    before: "Cache | None" = None,
    kept: Sequence[int] = (),
) -> "Cache":
    """A cache of rows that all end at `length`, with room for `more` positions behind it.

    transformers' own dynamic cache copies all it holds at every step, which at full size costs
    more than reading the weights; its static one would have the mask reach over the whole room.

    Args:
        rows: for each new row its layers, at most `length` long; shorter rows are filled up on the
            left. A layer is taken out of them once it is copied, so that not all is held twice.
        length: positions of the longest row.
        more: positions that will be added.
        before: a buffer whose rows go on; its layers are taken out of it in the same way.
        kept: which of its rows, before the new ones and in this order; none of them counts more
            than `length` positions.
    """
    from transformers import Cache

    old_layers: list[Any] = before.layers if before is not None and kept else []
    layers: list[Any] = []
    while old_layers or (rows and rows[0]):
        old = old_layers.pop(0).of(kept) if old_layers else []
        layers.append(_buffered([*old, *(row.pop(0) for row in rows)], length, more))
    return Cache(layers=layers)


def _buffered(rows: Sequence[KeysAndValues], length: int, more: int) -> Any:
    keys = _filled([keys for keys, _ in rows], length, length + more)
    values = _filled([values for _, values in rows], length, length + more)
    return _layer(keys, values, length)


def _filled(rows: "Sequence[torch.Tensor]", length: int, room: int) -> "torch.Tensor":
    """Of each row the last `length` positions, up to `length`, in a buffer [B, H, room, d]."""
    heads, _, width = rows[0].shape
    buffer = rows[0].new_zeros(len(rows), heads, room, width)
    for place, row in zip(buffer, rows, strict=True):
        own = row[:, -length:]
        place[:, length - own.shape[1] : length] = own
    return buffer


def _layer(keys: "torch.Tensor", values: "torch.Tensor", length: int) -> Any:
    """A cache layer whose keys and values are the first positions of buffers [B, H, room, d]."""
    from transformers.cache_utils import DynamicLayer

    class BufferLayer(DynamicLayer):
        def __init__(self) -> None:
            super().__init__()
            self.lazy_initialization(keys, values)
            self.keys: torch.Tensor = keys
            self.values: torch.Tensor = values
            self.length = length

        def update(
            self,
            key_states: "torch.Tensor",
            value_states: "torch.Tensor",
            *args: Any,
            **kwargs: Any,
        ) -> KeysAndValues:
            start, self.length = self.length, self.length + key_states.shape[2]
            self.keys[:, :, start : self.length] = key_states
            self.values[:, :, start : self.length] = value_states
            return self.keys[:, :, : self.length], self.values[:, :, : self.length]

        def get_seq_length(self) -> int:
            return self.length

        def of(self, rows: Sequence[int]) -> Layers:
            """The keys and values of these rows up to here, gaps included."""
            return [
                (self.keys[row, :, : self.length], self.values[row, :, : self.length])
                for row in rows
            ]

    return BufferLayer()
