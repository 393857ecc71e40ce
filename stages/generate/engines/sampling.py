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

    All it needs at a step lies on the device of the logits from when the row has come; the
    probabilities stay there until they are asked for.

    Args:
        banned: [N] int64 ids that are never chosen, on that device.
        most: tokens a row may get.
    """

    def __init__(self, banned: "torch.Tensor", most: int) -> None:
        self._banned = banned
        self._most = most
        self._sampling: list[Sampling | None] = []
        self._given = banned.new_zeros(0)  # [B] tokens so far
        # A column more than tokens: what is chosen for a row that has all of its own goes there.
        self._logprobs = banned.new_zeros((0, most + 1)).float()
        self._points = self._logprobs  # where in the distribution each token is drawn, 0..1

    def restart(self, kept: Sequence[int], joining: Sequence[Sampling | None]) -> None:
        """Go on with the rows `kept`, in this order, and then those that are `joining`.

        Args:
            kept: places of rows in the batch so far.
            joining: how each new row is drawn; None is greedy.
        """
        import torch

        device = self._banned.device
        index = torch.tensor(list(kept), dtype=torch.long, device=device)
        points = torch.zeros(len(joining), self._most + 1)
        for row, own in zip(points, joining, strict=True):
            if own is not None:
                row.uniform_(generator=torch.Generator().manual_seed(own.seed))
        self._sampling = [self._sampling[row] for row in kept] + list(joining)
        self._given = torch.cat([self._given[index], index.new_zeros(len(joining))])
        self._logprobs = torch.cat([self._logprobs[index], torch.zeros_like(points, device=device)])
        self._points = torch.cat([self._points[index], points.to(device)])
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
        self._logprobs.scatter_(-1, self._given[:, None], chosen)
        self._given = (self._given + 1).clamp(max=self._most)
        return tokens

    def logprobs(self, rows: Sequence[int]) -> list[list[float]]:
        """Of these rows the natural log-probability of each token that can still come or came.

        They are at temperature 1, among the tokens allowed; a row's own are its first ones.
        """
        import torch

        index = torch.tensor(list(rows), dtype=torch.long, device=self._banned.device)
        found: list[list[float]] = self._logprobs[index].tolist()
        return found

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
