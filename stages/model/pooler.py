"""The utterance-aware video Q-Former: a few tokens for the window and for each utterance.

Or, where the model is TimeChat's, for each stretch of frames of the window.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from transformers.models.blip_2.modeling_blip_2 import Blip2QFormerModel

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.layout import Span, hull, merged_utterances, sliding_windows
from stages.model.neighbourhoods import Indices, Times, frames_of_span


def frames_read(
    config: MicroEmoConfig, frame_times_s: Times, spans_s: Sequence[Span]
) -> list[Indices]:
    """The frames that each block of tokens tells of, in the order of `layout.token_layout`."""
    frames = len(frame_times_s)
    if config.global_mode == "sliding":
        return [np.arange(each.start, each.stop) for each in sliding_windows(config, frames)]
    groups = merged_utterances(spans_s, config.max_utterances)
    own = [frames_of_span(frame_times_s, hull(spans_s, group)) for group in groups]
    return [np.arange(frames), *own]


class VideoPooler(nn.Module):
    """The video Q-Former over the whole window and over each utterance, with one set of weights.

    Layout `[global; u1; ...; uN]` after AcoustEmo; the modules are those of Video-LLaMA. With
    `global_mode` "sliding" it is TimeChat's: over each stretch of frames, and no utterances.
    """

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__()
        width = config.video_qformer_config.hidden_size
        self.config = config
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
            [V, D_llm], V and what stands where as `layout.token_layout` has it: K * (N + 1) with
            K video queries, fewer where utterances beyond `max_utterances` share.

        Raises:
            ValueError: the window has more frames than there are frame positions.
        """
        return self.pool([(states, frame_times_s, spans_s)])[0]

    def pool(
        self, windows: Sequence[tuple[torch.Tensor, Times, Sequence[Span]]]
    ) -> list[torch.Tensor]:
        """The visual tokens of several windows at once, each as `forward` gives them.

        All blocks go through the Q-Former together, padded to the longest under a mask; a window's
        tokens are those it has by itself up to the rounding of the products.
        """
        blocks: list[torch.Tensor] = []
        counts: list[int] = []
        for states, frame_times_s, spans_s in windows:
            placed = self._placed(states)
            read = frames_read(self.config, frame_times_s, spans_s)
            blocks += [placed[torch.from_numpy(frames)].flatten(0, 1) for frames in read]
            counts.append(len(read) * self.config.num_video_query_tokens)
        tokens: torch.Tensor = self.projection(self._read(blocks).flatten(0, 1))
        return list(tokens.split(counts))

    def _placed(self, states: torch.Tensor) -> torch.Tensor:
        """The states with their positions: a frame keeps its place wherever it is read."""
        most = self.config.max_frames
        if len(states) > most:
            raise ValueError(
                f"the window has {len(states)} frames and the model takes {most}: set "
                f"decode.max_frames={most}"
            )
        placed: torch.Tensor = states + self.frame_position_embedding.weight[: len(states), None]
        return placed

    def _read(self, blocks: Sequence[torch.Tensor]) -> torch.Tensor:
        """Blocks [S_b, D] to [B, K, D]."""
        keys = pad_sequence(list(blocks), batch_first=True)
        lengths = torch.tensor([len(block) for block in blocks], device=keys.device)
        places = torch.arange(keys.shape[1], device=keys.device)
        read: torch.Tensor = self.qformer(
            query_embeds=self.query_tokens.expand(len(blocks), -1, -1),
            encoder_hidden_states=keys,
            encoder_attention_mask=(places < lengths[:, None]).long(),
        ).last_hidden_state
        return read
