"""Global-local attention: each global frame looks at the faces around its time. Ours in detail.

The paper's abstract states that global, timestamp-bound frame features are integrated with local
facial features of the temporal dynamics of micro-expressions; how is not available.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.neighbourhoods import (
    Indices,
    Neighbourhoods,
    Times,
    frames_of_span,
    neighbourhoods,
)
from stages.model.temporal_summary import TemporalSummary
from stages.model.windows import Faces


class GlobalLocalAttention(nn.Module):
    """Adds to the query tokens of a global frame what the crops within reach of it tell.

    The crops of each face in reach of a frame are summed up to a few tokens (`TemporalSummary`), to
    which comes what the face usually looks like, and whether it is that of whoever speaks then: the
    feeling that is asked about is the speaker's, and two faces may be in a frame. Crops out of
    reach, but for those that a crop in reach is read with (`BESIDE_S`), have no way to influence a
    frame, and the cost grows with the length of a window, not with its square. What they do bear
    on is the usual look of their face, from which the others depart.

    The sum stands behind a tanh gate that starts at 0: new weights change nothing.
    """

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__()
        local, width = config.local_config, config.qformer_config.hidden_size
        self.reach_s: float = local.reach_s
        self.num_query_tokens = config.num_query_tokens
        self.temporal = TemporalSummary(local)
        self.speaking = nn.Parameter(torch.zeros(local.hidden_size))
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
        faces: Faces,
    ) -> torch.Tensor:
        """Fuse the frames of one window with its faces.

        Args:
            global_tokens: [T, K + L, D]; the first K of a frame are its queries.
            frame_times_s: [T] seconds.
            local_tokens: appearance and departure of the crops, [C, k, d] each.
            faces: the crops, of which the times and tracks are looked at, and who speaks when.

        Returns:
            [T, K + L, D]. A frame with no crop in reach keeps its tokens bit by bit, and so do
            the L text positions.
        """
        near = neighbourhoods(frame_times_s, faces.times_s, faces.track_ids, self.reach_s)
        if not len(near):
            return global_tokens
        local = self._told(local_tokens, frame_times_s, faces, near)
        seeing, rows = _rows_of_frames(near.frame)
        keys, hidden = _side_by_side(local, torch.from_numpy(rows).to(local.device))
        frames = torch.from_numpy(seeing).to(local.device)
        queries = global_tokens[frames, : self.num_query_tokens]
        keys = self.local_norm(keys)
        told, _ = self.attention(
            self.query_norm(queries), keys, keys, key_padding_mask=hidden, need_weights=False
        )
        fused = global_tokens.clone()
        fused[frames, : self.num_query_tokens] = queries + self.gate.tanh() * told
        return fused

    def _told(
        self,
        local_tokens: tuple[torch.Tensor, torch.Tensor],
        frame_times_s: Times,
        faces: Faces,
        near: Neighbourhoods,
    ) -> torch.Tensor:
        """What the face of each neighbourhood looks like and does, [N, k, d]."""
        appearance, departure = local_tokens
        device = departure.device
        index = near.start[:, None] + np.arange(near.longest)
        missing = index >= near.stop[:, None]
        index = np.where(missing, near.start[:, None], index)
        offsets = (faces.times_s[index] - frame_times_s[near.frame, None]).astype(np.float32)
        crops, absent = torch.from_numpy(index).to(device), torch.from_numpy(missing).to(device)
        done = self.temporal(departure[crops], torch.from_numpy(offsets).to(device), absent)
        speaks = torch.from_numpy(speaking(frame_times_s, faces, near)).to(device)
        told: torch.Tensor = done + appearance[crops[:, 0]] + speaks[:, None, None] * self.speaking
        return told


def speaking(frame_times_s: Times, faces: Faces, near: Neighbourhoods) -> npt.NDArray[np.bool_]:
    """Whether the face of each neighbourhood [N] is that of whoever speaks at its frame.

    That is at the frames of which the tokens of an utterance tell.
    """
    frames, tracks = near.frame, faces.track_ids[near.start]
    speaks = np.zeros(len(near), bool)
    for track, span_s in faces.turns:
        speaks |= (tracks == track) & np.isin(frames, frames_of_span(frame_times_s, span_s))
    return speaks


def _rows_of_frames(frame: Indices) -> tuple[Indices, Indices]:
    """The frames that see a face [F], and for each its neighbourhoods [F, P], -1 where none."""
    frames, begins, counts = np.unique(frame, return_index=True, return_counts=True)
    rows = begins[:, None] + np.arange(counts.max())
    return frames, np.where(np.arange(counts.max()) < counts[:, None], rows, -1)


def _side_by_side(local: torch.Tensor, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """All faces of a frame in one sequence, [F, P * k, d], and where there is none, [F, P * k]."""
    hidden = (rows < 0).repeat_interleave(local.shape[1], dim=1)
    return local[rows].flatten(1, 2), hidden
