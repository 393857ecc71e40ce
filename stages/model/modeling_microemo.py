"""MicroEmo, composed: encoder, pooler and language model, each usable apart.

A reconstruction of MicroEmo (Zhang, arXiv 2407.16552) on the stack of TimeChat (Ren et al., arXiv
2312.02051), built of transformers' own networks so that TimeChat's public weights fit.
"""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn
from transformers import initialization
from transformers.modeling_outputs import CausalLMOutput
from transformers.modeling_utils import PreTrainedModel
from transformers.models.auto.modeling_auto import AutoModelForCausalLM

from stages.model.adapter import ADAPTER, add_adapter
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.frame_encoder import FrameEncoder
from stages.model.global_local_attention import GlobalLocalAttention
from stages.model.layout import Span
from stages.model.local_encoder import LocalEncoder
from stages.model.loss import answer_loss, labelled_places
from stages.model.neighbourhoods import Times
from stages.model.pooler import VideoPooler
from stages.model.shared_beginning import PADDING, holds_several, positions, sight
from stages.model.timestamps import sentence_length
from stages.model.windows import Faces, WindowBatch


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
        if isinstance(module, (FrameEncoder, VideoPooler)):
            initialization.normal_(module.query_tokens, std=spread)
        elif isinstance(module, GlobalLocalAttention):
            initialization.zeros_(module.gate)
            initialization.normal_(module.speaking, std=spread)


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
        local_tokens = self.local(faces)
        fused: torch.Tensor = self.global_local(global_tokens, frame_times_s, local_tokens, faces)
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

    def visual_tokens(self, windows: WindowBatch) -> list[torch.Tensor]:
        """The visual tokens of several windows at once, [V, D_llm] each.

        A window's tokens are those that encoder and pooler give of it alone, up to the rounding of
        the products: frames are read one by one, faces are seen by the frames of their own window,
        and the sentences of a window keep the length that they have by themselves.
        """
        global_tokens = self.encoder.frames(
            windows.frames, windows.timestamp_ids, windows.timestamp_mask
        )
        fused = self.encoder.with_faces(
            global_tokens, windows.apart(windows.frame_times_s), windows.faces()
        )
        queries = self.config.num_query_tokens
        states = [
            own[:, : queries + sentence_length(mask)]
            for own, mask in zip(
                fused.split(windows.frame_counts),
                windows.timestamp_mask.split(windows.frame_counts),
                strict=True,
            )
        ]
        return self.pooler.video.pool(
            list(zip(states, windows.frame_times_s, windows.spans_s, strict=True))
        )

    def forward(
        self,
        input_ids: torch.Tensor,
        visual_rows: torch.Tensor,
        windows: Mapping[str, Any],
        *,
        parts: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        weights: torch.Tensor | None = None,
    ) -> CausalLMOutput:
        """From pixels and prompts to the loss: all that learns, in one pass.

        Args:
            input_ids: [B, S] int64; what stands in the place of a visual token does not matter.
            visual_rows: [B, S] int64; in the place of a visual token its row among the tokens of
                all windows, -1 where there is none.
            windows: the fields of a `WindowBatch`, from W windows; several prompts may be about
                one.
            parts: [B, S] int64, which conversation of its row a token belongs to, as
                `stages.model.shared_beginning` has it; None: a row is one, and nothing is padded.
            labels: [B, S] int64, -100 where nothing is asked for.
            weights: [B, S] how much a label counts; None: all alike.

        Returns:
            Without labels the logits [B, S, vocabulary]. With labels their mean loss, and the
            logits of the places before any label alone: the others make most of the products and
            none of the loss.
        """
        tokens = torch.cat(self.visual_tokens(WindowBatch(**windows)))
        if labels is None:
            logits = self.answered(input_ids, visual_rows, tokens, parts)
            return CausalLMOutput(logits=logits)
        places = labelled_places(labels)
        logits = self.answered(input_ids, visual_rows, tokens, parts, places=places)
        return CausalLMOutput(loss=answer_loss(logits, labels, places, weights), logits=logits)

    def answered(
        self,
        input_ids: torch.Tensor,
        visual_rows: torch.Tensor,
        visual_tokens: torch.Tensor,
        parts: torch.Tensor | None = None,
        *,
        places: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The logits [B, S, vocabulary] over prompts in which rows of the visual tokens stand.

        Args:
            visual_tokens: [R, D_llm]; the others are those of `forward`.
            places: [P] int64, of S: logits [B, P, vocabulary] of these alone; None: of all.
        """
        is_seen = visual_rows >= 0
        words = self.get_input_embeddings()(input_ids.masked_fill(is_seen, 0))
        seen = visual_tokens.to(words.dtype)[visual_rows.clamp(min=0)]
        spliced = torch.where(is_seen.unsqueeze(-1), seen, words)
        logits: torch.Tensor = self.language_model(
            inputs_embeds=spliced,
            use_cache=False,
            **_read_as(parts, spliced.dtype),
            **({} if places is None else {"logits_to_keep": places}),
        ).logits
        return logits


def _read_as(parts: torch.Tensor | None, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """What tells a language model which tokens see which, and where each stands."""
    if parts is None:
        return {}
    if not holds_several(parts):  # the form that every language model takes
        return {"attention_mask": (parts != PADDING).long()}
    return {"attention_mask": sight(parts, dtype), "position_ids": positions(parts)}
