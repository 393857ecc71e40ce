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
    layers: Layers  # each of its own positions alone
    length: int  # of them


class Decoding:
    """The model's state for a batch of rows that come and go.

    The rows end at one place, so that what fills them up stands on their left, where neither full
    attention nor a sliding window nor chunks take it for a position of theirs.

    Args:
        forward: the causal language model.
        embedding: of its input.
    """

    def __init__(self, forward: "Callable[..., Any]", embedding: "torch.nn.Embedding") -> None:
        self._forward = forward
        self._embedding = embedding
        self._lengths: list[int] = []  # positions of each row
        self._cache: Any = None

    def restart(self, kept: Sequence[int], joining: Sequence[PrefilledPrompt], steps: int) -> None:
        """Go on with the rows `kept`, in this order, and then those `joining`.

        Args:
            kept: places of rows in the batch so far.
            joining: their layers are taken out of them.
            steps: the most tokens that will be given until the next restart.
        """
        import torch

        self._lengths = [self._lengths[row] for row in kept] + [row.length for row in joining]
        if not self._lengths:
            self._cache = None
            return
        longest = max(self._lengths)
        new = [row.layers for row in joining]
        self._cache = kv_buffer(new, longest, steps, self._cache, kept)
        device = self._embedding.weight.device
        own = torch.tensor(self._lengths, device=device)[:, None]
        places = torch.arange(longest + steps, device=device)[None]
        self._mask = (places >= longest - own).long()
        self._length = longest
        self._position = own  # [B, 1]: of the next token

    def step(self, tokens: "torch.Tensor") -> "torch.Tensor":
        """The [B, V] logits behind one more token, [B], of each row."""
        self._length += 1
        self._lengths = [length + 1 for length in self._lengths]
        logits: torch.Tensor = self._forward(
            inputs_embeds=self._embedding(tokens)[:, None],
            attention_mask=self._mask[:, : self._length],
            position_ids=self._position,
            past_key_values=self._cache,
            use_cache=True,
        ).logits
        self._position = self._position + 1
        return logits[:, -1]
