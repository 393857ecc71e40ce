"""MicroEmo, composed: encoder, pooler and language model, each usable apart.

A reconstruction of MicroEmo (Zhang, arXiv 2407.16552) on the stack of TimeChat (Ren et al., arXiv
2312.02051), built of transformers' own networks so that TimeChat's public weights fit.
"""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import initialization
from transformers.modeling_utils import PreTrainedModel
from transformers.models.auto.modeling_auto import AutoModelForCausalLM

from stages.model.adapter import ADAPTER, add_adapter
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.frame_encoder import FrameEncoder
from stages.model.global_local_attention import GlobalLocalAttention
from stages.model.layout import Span
from stages.model.local_encoder import LocalEncoder, PatchReader
from stages.model.neighbourhoods import Indices, Times
from stages.model.pooler import VideoPooler


@dataclass(frozen=True)
class Faces:
    """The face crops of one window, in order of track, then time.

    Attributes:
        crops: [C, S, S, 3] uint8 RGB, aligned.
        times_s: [C] seconds, on the clock of the global frames.
        track_ids: [C].
    """

    crops: torch.Tensor
    times_s: Times
    track_ids: Indices


class MicroEmoPreTrainedModel(PreTrainedModel):
    """What the parts have in common: the configuration, and how new weights begin."""

    config: MicroEmoConfig
    config_class = MicroEmoConfig
    main_input_name = "frames"
    input_modalities = ["video", "text"]  # noqa: RUF012 - as the base class has it
    _supports_sdpa = True
    supports_gradient_checkpointing = True

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        """Begin the weights of `module`, one of ours; transformers' networks begin their own."""
        super()._init_weights(module)
        spread = self.config.initializer_range
        if isinstance(module, PatchReader):
            initialization.normal_(module.queries, std=spread)
            initialization.normal_(module.places, std=spread)
        elif isinstance(module, (FrameEncoder, VideoPooler)):
            initialization.normal_(module.query_tokens, std=spread)
        elif isinstance(module, GlobalLocalAttention):
            initialization.zeros_(module.gate)


class MicroEmoEncoder(MicroEmoPreTrainedModel):
    """Global frames and face crops to visual states, window by window."""

    base_model_prefix = "encoder"

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__(config)
        self.frames = FrameEncoder(config)
        self.local = LocalEncoder(config.local_config)
        self.global_local = GlobalLocalAttention(config)
        self.post_init()

    def forward(
        self,
        frames: torch.Tensor,
        timestamp_ids: torch.Tensor,
        timestamp_mask: torch.Tensor,
        frame_times_s: Times,
        faces: Faces,
    ) -> torch.Tensor:
        """The visual states of one window.

        Args:
            frames: [T, S, S, 3] uint8 RGB.
            timestamp_ids, timestamp_mask: [T, L] int64, of `stages.model.timestamps`.
            frame_times_s: [T] seconds.
            faces: the window's crops, possibly none.

        Returns:
            [T, K + L, D].
        """
        tokens = self.frames(frames, timestamp_ids, timestamp_mask)
        return self.with_faces(tokens, frame_times_s, faces)

    def with_faces(
        self, global_tokens: torch.Tensor, frame_times_s: Times, faces: Faces
    ) -> torch.Tensor:
        """The tokens [T, K + L, D] of one window's frames after global-local attention."""
        if not len(faces.crops):
            return global_tokens
        track_ids = torch.from_numpy(faces.track_ids).to(faces.crops.device)
        local_tokens = self.local(faces.crops, track_ids)
        fused: torch.Tensor = self.global_local(
            global_tokens, frame_times_s, local_tokens, faces.times_s, faces.track_ids
        )
        return fused


class MicroEmoPooler(MicroEmoPreTrainedModel):
    """Visual states to the few tokens the language model reads."""

    base_model_prefix = "pooler"
    main_input_name = "states"

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__(config)
        self.video = VideoPooler(config)
        self.post_init()

    def forward(
        self, states: torch.Tensor, frame_times_s: Times, spans_s: Sequence[Span]
    ) -> torch.Tensor:
        """The visual tokens of one window, [V, D_llm]; see `VideoPooler.forward`."""
        tokens: torch.Tensor = self.video(states, frame_times_s, spans_s)
        return tokens


class MicroEmo(MicroEmoPreTrainedModel):
    """The whole model, new or from its files: the vision model and the language model are frozen.

    As in TimeChat, what learns is the rest: both Q-Formers, frame positions, projection and the
    adapter, and the local branch beside them. `requires_grad_` thaws what is to learn as well.
    """

    def __init__(self, config: MicroEmoConfig) -> None:
        super().__init__(config)
        self.encoder = MicroEmoEncoder(config)
        self.pooler = MicroEmoPooler(config)
        self.language_model = AutoModelForCausalLM.from_config(config.text_config)
        self.post_init()
        if config.lora_rank:  # behind post_init, which would begin its B as it begins all else
            add_adapter(self.language_model, config)
        self._freeze()

    @classmethod
    def from_pretrained(cls, *args: Any, **kwargs: Any) -> Any:
        """As transformers' own, which would thaw every weight it loads."""
        loaded = super().from_pretrained(*args, **kwargs)
        model = loaded[0] if isinstance(loaded, tuple) else loaded
        model._freeze()
        return loaded

    def _freeze(self) -> None:
        self.encoder.frames.vision_model.requires_grad_(False)
        for name, weight in self.language_model.named_parameters():
            weight.requires_grad_(ADAPTER in name)

    def get_input_embeddings(self) -> nn.Module:
        """The word embeddings of the language model."""
        embeddings: nn.Module = self.language_model.get_input_embeddings()
        return embeddings

    def forward(
        self,
        input_ids: torch.Tensor,
        visual_tokens: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
    ) -> Any:
        """The language model over prompts in which the visual tokens stand.

        Args:
            input_ids: [B, S] int64 with as many `<ImageHere>` as there are visual tokens.
            visual_tokens: [B, V, D_llm], one window's tokens a prompt.
            attention_mask: [B, S], 0 where padded.
            labels: [B, S] int64 for the loss, -100 where there is none.

        Returns:
            The language model's output, logits [B, S, vocabulary] and loss.
        """
        places = input_ids.eq(self.config.image_token_id)
        words = self.get_input_embeddings()(input_ids.masked_fill(places, 0))
        spliced = words.masked_scatter(places.unsqueeze(-1), visual_tokens.to(words.dtype))
        return self.language_model(
            inputs_embeds=spliced, attention_mask=attention_mask, labels=labels
        )
