"""Global-local attention: each global frame looks at the faces around its time. Ours in detail.

The paper's abstract states that global, timestamp-bound frame features are integrated with local
facial features of the temporal dynamics of micro-expressions; how is not available.
"""

import numpy as np
import torch
from torch import nn

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.local_encoder import TemporalSelfAttention
from stages.model.neighbourhoods import Indices, Neighbourhoods, Times, neighbourhoods


class GlobalLocalAttention(nn.Module):
    """Adds to the query tokens of a global frame what the crops within reach of it tell.

    The temporal self-attention runs inside the neighbourhood of each frame, not over all crops of
    a window: a crop out of reach then has no way to influence a frame, and the cost grows with the
    length of a window, not with its square. What a crop out of reach does bear on is the usual
    look of its face, from which the others depart.

    The sum stands behind a tanh gate that starts at 0: new weights change nothing.
    """

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__()
        local, width = config.local_config, config.qformer_config.hidden_size
        self.reach_s: float = local.reach_s
        self.num_query_tokens = config.num_query_tokens
        self.temporal = TemporalSelfAttention(local)
        self.query_norm = nn.LayerNorm(width)
        self.local_norm = nn.LayerNorm(local.hidden_size)
        self.attention = nn.MultiheadAttention(
            width,
            config.qformer_config.num_attention_heads,
            kdim=local.hidden_size,
            vdim=local.hidden_size,
            batch_first=True,
        )
        self.gate = nn.Parameter(torch.zeros(1))

    def forward(
        self,
        global_tokens: torch.Tensor,
        frame_times_s: Times,
        local_tokens: tuple[torch.Tensor, torch.Tensor],
        crop_times_s: Times,
        crop_track_ids: Indices,
    ) -> torch.Tensor:
        """Fuse the frames of one window with its face crops.

        Args:
            global_tokens: [T, K + L, D]; the first K of a frame are its queries.
            frame_times_s: [T] seconds.
            local_tokens: appearance and departure of the crops, [C, k, d] each.
            crop_times_s: [C] seconds.
            crop_track_ids: [C].

        Returns:
            [T, K + L, D]. A frame with no crop in reach keeps its tokens bit by bit, and so do
            the L text positions.
        """
        near = neighbourhoods(frame_times_s, crop_times_s, crop_track_ids, self.reach_s)
        if not len(near):
            return global_tokens
        local, absent = self._mixed(local_tokens, frame_times_s, crop_times_s, near)
        seeing, rows = _rows_of_frames(near.frame)
        keys, hidden = _side_by_side(local, absent, torch.from_numpy(rows).to(local.device))
        frames = torch.from_numpy(seeing).to(local.device)
        queries = global_tokens[frames, : self.num_query_tokens]
        keys = self.local_norm(keys)
        told, _ = self.attention(
            self.query_norm(queries), keys, keys, key_padding_mask=hidden, need_weights=False
        )
        fused = global_tokens.clone()
        fused[frames, : self.num_query_tokens] = queries + self.gate.tanh() * told
        return fused

    def _mixed(
        self,
        local_tokens: tuple[torch.Tensor, torch.Tensor],
        frame_times_s: Times,
        crop_times_s: Times,
        near: Neighbourhoods,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """[N, M * k, d] and where no token is, [N, M * k] bool."""
        appearance, departure = local_tokens
        told = appearance + departure
        device = told.device
        index = near.start[:, None] + np.arange(near.longest)
        missing = index >= near.stop[:, None]
        index = np.where(missing, near.start[:, None], index)
        offsets = (crop_times_s[index] - frame_times_s[near.frame, None]).astype(np.float32)
        crops, absent = torch.from_numpy(index).to(device), torch.from_numpy(missing).to(device)
        mixed = self.temporal(told[crops], torch.from_numpy(offsets).to(device), absent)
        return mixed, absent.repeat_interleave(told.shape[1], dim=1)


def _rows_of_frames(frame: Indices) -> tuple[Indices, Indices]:
    """The frames that see a face [F], and for each its neighbourhoods [F, P], -1 where none."""
    frames, begins, counts = np.unique(frame, return_index=True, return_counts=True)
    rows = begins[:, None] + np.arange(counts.max())
    return frames, np.where(np.arange(counts.max()) < counts[:, None], rows, -1)


def _side_by_side(
    local: torch.Tensor, absent: torch.Tensor, rows: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """All neighbourhoods of a frame in one sequence, [F, P * M * k, d], and its mask."""
    hidden = absent[rows] | (rows < 0).unsqueeze(-1)
    return local[rows].flatten(1, 2), hidden.flatten(1, 2)
