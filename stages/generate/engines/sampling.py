"""The choice of the next token: the most probable one, or one drawn with a seed of the row's own.

Every row has a generator of its own on the CPU, which gives one number a token. So what is drawn
for a row depends neither on its place among the rows nor on the device.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stages.generate.engines.engine import Sampling

if TYPE_CHECKING:
    import torch


class TokenChoice:
    """Chooses a token for each row of a batch, step by step.

    Args:
        sampling: of each row; None is greedy.
        banned: ids that are never chosen.
    """

    def __init__(self, sampling: Sequence[Sampling | None], banned: Sequence[int]) -> None:
        import torch

        self._sampling = list(sampling)
        self._banned = list(banned)
        self._generators = [
            None if own is None else torch.Generator().manual_seed(own.seed) for own in sampling
        ]

    def __call__(self, logits: "torch.Tensor") -> "tuple[torch.Tensor, torch.Tensor]":
        """The next token of each row.

        Args:
            logits: [B, V] of the rows' last positions.

        Returns:
            [B] int64 token ids, and their [B] float32 natural log-probabilities at temperature 1
            among the tokens allowed.
        """
        import torch

        banned = torch.tensor(self._banned, dtype=torch.long, device=logits.device)
        scores = logits.float().index_fill(-1, banned, -float("inf"))
        tokens = scores.argmax(dim=-1)
        drawn = [row for row, own in enumerate(self._sampling) if own is not None]
        if drawn:
            tokens[drawn] = self._drawn(scores[drawn], drawn)
        logprobs = scores.log_softmax(dim=-1).gather(-1, tokens[:, None])[:, 0]
        return tokens, logprobs

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows alone, in this order."""
        self._sampling = [self._sampling[row] for row in rows]
        self._generators = [self._generators[row] for row in rows]

    def _drawn(self, scores: "torch.Tensor", rows: Sequence[int]) -> "torch.Tensor":
        """Nucleus sampling (Holtzman et al. 2020) by the inverse of the distribution function."""
        import torch

        own = [(self._sampling[row], self._generators[row]) for row in rows]
        pairs = [(said, source) for said, source in own if said is not None]
        temperature = scores.new_tensor([[said.temperature] for said, _ in pairs])
        top_p = scores.new_tensor([[said.top_p] for said, _ in pairs])
        points = torch.cat([torch.rand(1, 1, generator=source) for _, source in pairs])
        chances = (scores / temperature).double().softmax(dim=-1)
        falling, ids = chances.sort(dim=-1, descending=True)
        outside = falling.cumsum(dim=-1) - falling >= top_p
        nucleus = chances.masked_fill(outside.scatter(-1, ids, outside), 0.0)
        # By token id, not by probability: two tokens that rounding swaps must not move the rest.
        reached = nucleus.cumsum(dim=-1)
        wanted = points.to(reached) * reached[:, -1:]
        return torch.searchsorted(reached, wanted, right=True)[:, 0]
