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
    """Chooses a token for each row of a batch, step by step; rows come and go.

    All it needs at a step lies on the device of the logits from when the row has come.

    Args:
        banned: [N] int64 ids that are never chosen, on that device.
        most: tokens a row may get.
        sampling: how each row is drawn; None is greedy.

    Attributes:
        tokens: [B] int64, chosen last.
        logprobs: [B] float32, natural log: their probabilities at temperature 1, among the tokens
            allowed.
    """

    def __init__(
        self, banned: "torch.Tensor", most: int, sampling: Sequence[Sampling | None]
    ) -> None:
        import torch

        self._banned = banned
        self._sampling = list(sampling)
        points = torch.zeros(len(self._sampling), most)
        for row, own in zip(points, self._sampling, strict=True):
            if own is not None:
                row.uniform_(generator=torch.Generator().manual_seed(own.seed))
        self._points = points.to(banned.device)  # where in the distribution each is drawn, 0..1
        self._given = banned.new_zeros(len(self._sampling))  # tokens so far
        self.tokens = self._given
        self.logprobs = self._given.float()
        self._find_drawn()

    def arrange(self, order: Sequence[int], joining: "TokenChoice") -> None:
        """Have other rows.

        Args:
            order: for each row its place among those so far and, behind them, those that join.
            joining: these.
        """
        import torch

        index = self._given.new_tensor(list(order))
        sampling = [*self._sampling, *joining._sampling]
        self._sampling = [sampling[place] for place in order]
        self._points = torch.cat([self._points, joining._points])[index]
        self._given = torch.cat([self._given, joining._given])[index]
        self.tokens = torch.cat([self.tokens, joining.tokens])[index]
        self.logprobs = torch.cat([self.logprobs, joining.logprobs])[index]
        self._find_drawn()

    def _find_drawn(self) -> None:
        import torch

        device = self._banned.device
        drawn = [(row, own) for row, own in enumerate(self._sampling) if own is not None]
        self._drawn = torch.tensor([row for row, _ in drawn], dtype=torch.long, device=device)
        self._temperature = torch.tensor([[own.temperature] for _, own in drawn], device=device)
        self._top_p = torch.tensor([[own.top_p] for _, own in drawn], device=device)

    def __call__(self, logits: "torch.Tensor") -> "torch.Tensor":
        """The next token of each row, [B] int64.

        Args:
            logits: [B, V] of the rows' last positions.
        """
        scores = logits.float().index_fill(-1, self._banned, -float("inf"))
        tokens = scores.argmax(dim=-1)
        if len(self._drawn):
            tokens[self._drawn] = self._nucleus(scores[self._drawn])
        chosen = scores.gather(-1, tokens[:, None]) - scores.logsumexp(dim=-1, keepdim=True)
        self._given = self._given + 1
        self.tokens, self.logprobs = tokens, chosen[:, 0]
        return tokens

    def _nucleus(self, scores: "torch.Tensor") -> "torch.Tensor":
        """Nucleus sampling (Holtzman et al. 2020) by the inverse of the distribution function."""
        import torch

        at = self._given[self._drawn, None]
        points = self._points[self._drawn].gather(-1, at)
        chances = (scores / self._temperature).double().softmax(dim=-1)
        falling, ids = chances.sort(dim=-1, descending=True)
        outside = falling.cumsum(dim=-1) - falling >= self._top_p
        nucleus = chances.masked_fill(outside.scatter(-1, ids, outside), 0.0)
        # By token id, not by probability: two tokens that rounding swaps must not move the rest.
        reached = nucleus.cumsum(dim=-1)
        wanted = points.to(reached) * reached[:, -1:]
        return torch.searchsorted(reached, wanted, right=True)[:, 0]
