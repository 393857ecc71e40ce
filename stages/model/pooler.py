"""The utterance-aware video Q-Former: a few tokens for the window and for each utterance."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from transformers.models.blip_2.modeling_blip_2 import Blip2QFormerModel

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.neighbourhoods import Indices, Times

Span = tuple[float, float]


def frames_of_span(frame_times_s: Times, span: Span) -> Indices:
    """The frames inside `span` (start and end, seconds, both in it), else the nearest one.

    Between two equally near frames the earlier is taken.
    """
    start_s, end_s = span
    away = np.maximum(np.maximum(start_s - frame_times_s, frame_times_s - end_s), 0.0)
    inside = np.flatnonzero(away == 0)
    return inside if len(inside) else np.array([away.argmin()])


class VideoPooler(nn.Module):
    """The video Q-Former over the whole window and over each utterance, with one set of weights.

    Layout `[global; u1; ...; uN]` after AcoustEmo; the modules are those of Video-LLaMA.
    """

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__()
        width = config.video_qformer_config.hidden_size
        self.max_frames = config.max_frames
        self.frame_position_embedding = nn.Embedding(
            config.max_frames, config.qformer_config.hidden_size
        )
        self.query_tokens = nn.Parameter(torch.zeros(1, config.num_video_query_tokens, width))
        self.qformer = Blip2QFormerModel(config.video_qformer_config)
        self.projection = nn.Linear(width, config.text_config.hidden_size)

    def forward(
        self, states: torch.Tensor, frame_times_s: Times, spans_s: Sequence[Span]
    ) -> torch.Tensor:
        """The visual tokens of one window.

        Args:
            states: [T, K + L, D], T at most `max_frames`.
            frame_times_s: [T] seconds.
            spans_s: start and end of each of the N utterances, seconds.

        Returns:
            [K * (N + 1), D_llm], K the number of video queries.

        Raises:
            ValueError: the window has more frames than there are frame positions.
        """
        if len(states) > self.max_frames:
            raise ValueError(
                f"the window has {len(states)} frames and the model takes {self.max_frames}: set "
                f"decode.max_frames={self.max_frames}"
            )
        # A frame keeps its place in the window wherever it is read: positions never restart.
        placed = states + self.frame_position_embedding.weight[: len(states), None]
        chosen = [frames_of_span(frame_times_s, span) for span in spans_s]
        whole = np.arange(len(states))
        read = [self._read(placed[torch.from_numpy(frames)]) for frames in (whole, *chosen)]
        tokens: torch.Tensor = self.projection(torch.cat(read))
        return tokens

    def _read(self, states: torch.Tensor) -> torch.Tensor:
        """[T, K + L, D] to [K, D]."""
        read: torch.Tensor = self.qformer(
            query_embeds=self.query_tokens,
            encoder_hidden_states=states.flatten(0, 1).unsqueeze(0),
        ).last_hidden_state
        return read[0]
