"""The language model at work on many rows at once, each in a slot and at a position of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stages.generate.engines.buckets import Positions, buckets
from stages.generate.engines.engine import Prompt
from stages.generate.engines.recording import Capture, Recording
from stages.generate.engines.slots import Layers, Slots

if TYPE_CHECKING:
    import torch

_EVEN = 8  # positions seen are a multiple of so many: GPUs read masks of such a width as they stand
_EVEN_RECORDED = 64  # likewise: each multiple is a graph, and what it sees too much is read in vain


class Decoding:
    """The model's state for rows that come and go. Those there are have the first slots.

    Args:
        forward: the causal language model.
        embedding: of its input.
        slots: rows at once at most.
        room: positions of the longest row.
        positions: where those computed are counted.
        capture: records steps (`CudaGraphs`); None: each is done as it stands. Recorded ones are
            of few kinds: the slots at work are a power of two or all, some of them for nothing.
    """

    def __init__(
        self,
        forward: "Callable[..., Any]",
        embedding: "torch.nn.Embedding",
        *,
        slots: int,
        room: int,
        positions: Positions,
        capture: Capture | None = None,
    ) -> None:
        self._forward = forward
        self._embedding = embedding
        self._even = _EVEN if capture is None else _EVEN_RECORDED
        self._count = slots
        self._room = _rounded_up(room, self._even)
        self._slots = Slots(slots, self._room)
        self._counted = positions
        self._lengths: list[int] = []  # of the rows
        weight = embedding.weight
        self._tokens = weight.new_zeros((slots, 1)).long()  # of each slot, the last
        self._next = weight.new_zeros((slots, 1)).long()  # position of the next token
        self._recording = capture and Recording(self._pass_on, capture)

    def holds(self, slots: int, room: int) -> bool:
        """Whether so many rows of so many positions have their place here."""
        return slots <= self._count and room <= self._room

    def arrange(self, order: Sequence[int]) -> None:
        """Have in each slot another row.

        Args:
            order: for each slot the one its row was in; a number beyond those is a row to `begin`.
        """
        there = len(self._lengths)
        moves = [(old, new) for new, old in enumerate(order) if old < there and old != new]
        self._lengths = [self._lengths[old] if old < there else 0 for old in order]
        if moves:
            sources, targets = map(list, zip(*moves, strict=True))
            self._slots.move(sources, targets)
            self._next[targets] = self._next[sources]

    def begin(
        self, prompts: Sequence[Prompt], prefixes: Mapping[str, Layers], slots: Sequence[int]
    ) -> "torch.Tensor":
        """Put the prompts into the slots, their prefixes being known already.

        Returns:
            [B, V] logits behind each prompt.
        """
        import torch

        self._put(prompts, prefixes, slots)
        behind: dict[int, torch.Tensor] = {}
        for group in buckets([len(prompt.suffix) for prompt in prompts]):
            logits = self._read([prompts[at] for at in group], [slots[at] for at in group])
            behind.update(zip(group, logits, strict=True))
        return torch.stack([behind[at] for at in range(len(prompts))])

    def _put(
        self, prompts: Sequence[Prompt], prefixes: Mapping[str, Layers], slots: Sequence[int]
    ) -> None:
        alike: dict[str, list[int]] = {}
        for prompt, slot in zip(prompts, slots, strict=True):
            alike.setdefault(prompt.prefix_id, []).append(slot)
            self._lengths[slot] = len(prompt)
        for name, own in alike.items():
            self._slots.put(prefixes[name], own)
        lengths = [[len(prompt)] for prompt in prompts]
        self._next[list(slots)] = self._next.new_tensor(lengths)

    def _read(self, prompts: Sequence[Prompt], slots: Sequence[int]) -> "torch.Tensor":
        """The suffixes through the model, behind their prefixes; the logits of their ends.

        What fills up the shorter ones stands where their answers will begin and be written over.
        """
        import torch
        from torch.nn.utils.rnn import pad_sequence

        embeds = pad_sequence([prompt.suffix for prompt in prompts], batch_first=True)
        device = embeds.device
        first = torch.tensor([len(prompt.prefix) for prompt in prompts], device=device)[:, None]
        behind = torch.tensor([len(prompt) for prompt in prompts], device=device)[:, None]
        positions = torch.minimum(first + torch.arange(embeds.shape[1], device=device), behind)
        reach = self._reach(max(len(prompt) for prompt in prompts) + 1)
        lengths = [len(prompt.suffix) for prompt in prompts]
        ends = sorted({length - 1 for length in lengths})
        logits: torch.Tensor = self._forward(
            inputs_embeds=embeds,
            position_ids=positions,
            past_key_values=self._slots.some(slots, positions, reach),
            use_cache=True,
            logits_to_keep=torch.tensor(ends, device=device),
        ).logits
        self._counted.add(lengths)
        return logits[range(len(lengths)), [ends.index(length - 1) for length in lengths]]

    def step(self, tokens: "torch.Tensor") -> "torch.Tensor":
        """The [B, V] logits behind one more token, [B] int64, of each row."""
        rows = len(tokens)
        self._tokens[:rows, 0] = tokens
        do = self._recording or self._pass_on
        logits = do(self._at_work(rows), self._reach(max(self._lengths) + 1))
        # A slot without a row goes on too, and must not leave its room.
        self._next.add_(1).clamp_(max=self._room - 1)
        self._lengths = [length + 1 for length in self._lengths]
        return logits[:rows]

    def _pass_on(self, rows: int, reach: int) -> "torch.Tensor":
        """The [rows, V] logits behind the last token of the first slots."""
        positions = self._next[:rows]
        logits: torch.Tensor = self._forward(
            inputs_embeds=self._embedding(self._tokens[:rows]),
            position_ids=positions,
            past_key_values=self._slots.first(rows, positions, reach),
            use_cache=True,
        ).logits
        return logits[:, -1]

    def _at_work(self, rows: int) -> int:
        return min(1 << (rows - 1).bit_length(), self._count) if self._recording else rows

    def _reach(self, positions: int) -> int:
        return min(_rounded_up(positions, self._even), self._room)


def _rounded_up(positions: int, even: int) -> int:
    return -(-positions // even) * even
