"""The keys and values of a batch that decodes: in memory taken once, filled a position a step."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import Cache

KeysAndValues = tuple["torch.Tensor", "torch.Tensor"]  # [H, L, d] each, of one layer
Layers = list[KeysAndValues]


def kv_buffer(rows: Sequence[Layers], more: int) -> "Cache":
    """A cache that begins with the rows' keys and values and has room for `more` positions.

    transformers' own dynamic cache copies all it holds at every step, which at full size costs
    more than reading the weights; its static one would have the mask reach over the whole room.

    Args:
        rows: for each row its layers, of any lengths; shorter rows are filled up on the left.
            A layer is taken out of the rows once it is copied, so that not all is held twice.
        more: positions that will be added.
    """
    from transformers import Cache

    layers: list[Any] = []
    while rows[0]:
        layers.append(_buffered([row.pop(0) for row in rows], more))
    return Cache(layers=layers)


def _buffered(rows: Sequence[KeysAndValues], more: int) -> Any:
    length = max(keys.shape[1] for keys, _ in rows)
    keys = _filled([keys for keys, _ in rows], length, length + more)
    values = _filled([values for _, values in rows], length, length + more)
    return _layer(keys, values, length)


def _filled(rows: "Sequence[torch.Tensor]", length: int, room: int) -> "torch.Tensor":
    heads, _, width = rows[0].shape
    buffer = rows[0].new_zeros(len(rows), heads, room, width)
    for place, row in zip(buffer, rows, strict=True):
        place[:, length - row.shape[1] : length] = row
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

    return BufferLayer()
