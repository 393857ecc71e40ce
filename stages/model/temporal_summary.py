"""What a face does within reach of a global frame, in few tokens. Ours.

A micro-expression is over within a few of the crops in reach. A mean over these drowns it, and
attention has to find them first; the greatest value of each feature is theirs, however few they
are.
"""

import torch
from torch import nn

from stages.model.configuration_microemo import MicroEmoLocalConfig

# Hz; from slower than the reach of a frame to the fastest change that 30 frames a second show.
TIME_FREQUENCIES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


class TemporalSummary(nn.Module):
    """The greatest and the mean of each feature of the crops of a neighbourhood, at their times."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        features = config.num_query_tokens * config.hidden_size
        self.offset_embedding = nn.Linear(2 * len(TIME_FREQUENCIES), features)
        self.mixed = nn.Linear(2 * features, features)

    def forward(
        self, tokens: torch.Tensor, offsets_s: torch.Tensor, absent: torch.Tensor
    ) -> torch.Tensor:
        """Sum each neighbourhood up.

        Args:
            tokens: [N, M, k, d], M crops of k tokens.
            offsets_s: [N, M] float32, time of the crop less time of the global frame, seconds.
            absent: [N, M] bool, true where there is no crop; at least one is there.

        Returns:
            [N, k, d].
        """
        placed = tokens.flatten(2) + self._offsets(offsets_s, tokens.dtype)
        seen = nn.functional.gelu(placed)
        gone = absent.unsqueeze(-1)
        greatest = seen.masked_fill(gone, -torch.inf).amax(dim=1)
        mean = seen.masked_fill(gone, 0).sum(dim=1) / (~gone).sum(dim=1)
        told: torch.Tensor = self.mixed(torch.cat([greatest, mean], dim=-1))
        parted: torch.Tensor = told.unflatten(-1, tokens.shape[2:])
        return parted

    def _offsets(self, offsets_s: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        frequencies = torch.tensor(TIME_FREQUENCIES, device=offsets_s.device)
        phase = 2 * torch.pi * offsets_s.unsqueeze(-1) * frequencies
        waves = torch.cat([phase.sin(), phase.cos()], dim=-1).to(dtype)
        embedded: torch.Tensor = self.offset_embedding(waves)
        return embedded
