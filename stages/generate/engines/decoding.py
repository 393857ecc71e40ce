"""Rows that go on together, a token a step, each from where its own prompt ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stages.generate.engines.kv_buffer import Layers, kv_buffer

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class PrefilledPrompt:
    """A prompt after its pass through the model."""

    logits: "torch.Tensor"  # [V] of its last position
    layers: Layers  # each of L positions, gaps included
    mask: "torch.Tensor"  # [L] int64: 1 where a position counts


class Decoding:
    """The model's state for a batch of prefilled rows.

    Args:
        forward: the causal language model.
        embedding: of its input.
        rows: what has been prefilled; their layers are taken out of them.
        steps: the most tokens that will be given.
    """

    def __init__(
        self,
        forward: "Callable[..., Any]",
        embedding: "torch.nn.Embedding",
        rows: Sequence[PrefilledPrompt],
        steps: int,
    ) -> None:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        self._forward = forward
        self._embedding = embedding
        self._cache = kv_buffer([row.layers for row in rows], steps)
        seen = pad_sequence([row.mask for row in rows], batch_first=True, padding_side="left")
        self._mask = torch.cat([seen, seen.new_ones(len(rows), steps)], dim=1)
        self._length = seen.shape[1]
        self._position = seen.sum(dim=1, keepdim=True)  # [B, 1]: of the next token

    def step(self, tokens: "torch.Tensor") -> "torch.Tensor":
        """The [B, V] logits behind one more token, [B], of each row."""
        self._length += 1
        logits: torch.Tensor = self._forward(
            inputs_embeds=self._embedding(tokens)[:, None],
            attention_mask=self._mask[:, : self._length],
            position_ids=self._position,
            past_key_values=self._cache,
            use_cache=True,
        ).logits
        self._position = self._position + 1
        return logits[:, -1]

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows alone, in this order."""
        index = self._mask.new_tensor(rows)
        self._cache.batch_select_indices(index)
        self._mask = self._mask[index]
        self._position = self._position[index]
