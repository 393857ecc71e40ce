"""Global frames, each bound to its time: ViT, then the image Q-Former that reads it."""

import torch
from torch import nn
from transformers.models.instructblip.modeling_instructblip import (
    InstructBlipQFormerModel,
    InstructBlipVisionModel,
)

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.pixels import clip_normalised

# `ln_vision` of the original is a plain LayerNorm; the blocks before it use 1e-6.
LN_VISION_EPS = 1e-5


class FrameEncoder(nn.Module):
    """TimeChat's timestamp-aware frame encoder (Ren et al. 2023): K queries a frame."""

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__()
        self.image_size: int = config.vision_config.image_size
        self.vision_model = InstructBlipVisionModel(config.vision_config)
        self.vision_model.post_layernorm.eps = LN_VISION_EPS
        self.query_tokens = nn.Parameter(
            torch.zeros(1, config.num_query_tokens, config.qformer_config.hidden_size)
        )
        self.qformer = InstructBlipQFormerModel(config.qformer_config)

    def forward(
        self, frames: torch.Tensor, timestamp_ids: torch.Tensor, timestamp_mask: torch.Tensor
    ) -> torch.Tensor:
        """The tokens of any number of frames, each read by itself.

        As in the original, the output is not cut back to the queries: the L text positions,
        padding included, follow them.

        Args:
            frames: [F, S, S, 3] uint8 RGB, S the side the ViT takes.
            timestamp_ids: [F, L] int64.
            timestamp_mask: [F, L] int64, 0 where padded.

        Returns:
            [F, K + L, D].

        Raises:
            ValueError: the frames are of another size.
        """
        expected = (self.image_size, self.image_size, 3)
        if tuple(frames.shape[1:]) != expected:
            raise ValueError(
                f"frames are {tuple(frames.shape[1:])} and the model takes {expected}: set "
                f"decode.image_size={self.image_size}"
            )
        pixels = clip_normalised(frames, self.query_tokens.dtype)
        patches = self.vision_model(pixels).last_hidden_state
        queries = self.query_tokens.expand(len(frames), -1, -1)
        seen = torch.ones(queries.shape[:2], dtype=torch.int64, device=frames.device)
        tokens: torch.Tensor = self.qformer(
            input_ids=timestamp_ids,
            attention_mask=torch.cat([seen, timestamp_mask], dim=1),
            query_embeds=queries,
            encoder_hidden_states=patches,
        ).last_hidden_state
        return tokens
