"""What fixes a MicroEmo model. The defaults are those of the paper's scale (7B)."""

# mypy: disable-error-code="no-untyped-call"

from typing import Any, Literal

from huggingface_hub.dataclasses import strict
from transformers import AutoConfig
from transformers.configuration_utils import PreTrainedConfig, SubConfigSpec
from transformers.models.blip_2.configuration_blip_2 import Blip2QFormerConfig
from transformers.models.instructblip.configuration_instructblip import (
    InstructBlipQFormerConfig,
    InstructBlipVisionConfig,
)

# The image Q-Former's vocabulary is BERT's with one token more, [DEC], as in LAVIS.
BERT_VOCABULARY = 30523
# TimeChat adds `<ImageHere>` to LLaMA-2's tokens, so this is also its id.
LLAMA2_VOCABULARY = 32000
COUNTS = (
    "num_query_tokens",
    "num_video_query_tokens",
    "timestamp_length",
    "max_frames",
    "sliding_window",
    "sliding_stride",
    "max_utterances",
)


@strict
class MicroEmoLocalConfig(PreTrainedConfig):
    """The local branch: the encoder of face crops and the attention that fuses it. Ours.

    Attributes:
        image_size: side of a square face crop, pixels.
        patch_size: side of a patch of it, pixels.
        hidden_size: width of a local token.
        patch_channels: features of a patch of a face, of which its look is read.
        place_channels: features of all displacements of one crop.
        departure_channels: features of those of a crop and of its neighbours in time, of which its
            departure is read.
        dropout: of both in training.
        num_query_tokens: local tokens a crop is read into (k).
        reach_s: a global frame sees the crops at most this many seconds from it (w).
        initializer_range: standard deviation of new weights.
    """

    model_type = "microemo_local"
    base_config_key = "local_config"

    image_size: int = 112
    patch_size: int = 16
    hidden_size: int = 384
    patch_channels: int = 64
    place_channels: int = 256
    departure_channels: int = 512
    dropout: float = 0.2
    num_query_tokens: int = 4
    reach_s: float = 0.5
    initializer_range: float = 0.02


@strict
class MicroEmoConfig(PreTrainedConfig):
    """Everything that fixes the shapes of a MicroEmo model.

    Attributes:
        vision_config: the ViT over global frames; EVA-CLIP ViT-G/14 without its last block.
        qformer_config: the image Q-Former, one frame and its timestamp sentence at a time.
        local_config: the local branch.
        video_qformer_config: the video Q-Former over a window and over each utterance.
        text_config: the language model.
        num_query_tokens: queries of the image Q-Former (K).
        num_video_query_tokens: queries of the video Q-Former, tokens a window and an utterance.
        timestamp_length: ids at which a timestamp sentence is cut. The sentences of a window are
            padded to the longest of them (L), as in TimeChat; the padded positions go on as keys
            and values, so that length is part of the result.
        max_frames: length of the frame position embedding, most global frames of a window.
        global_mode: what becomes of a window. "whole": tokens of the whole, then of each utterance
            (MicroEmo). "sliding": tokens of each stretch of frames and none of utterances
            (TimeChat).
        sliding_window: frames of a stretch; "sliding" only.
        sliding_stride: frames from the begin of one stretch to that of the next.
        max_utterances: utterances of a window with tokens of their own; of more, the shortest
            neighbours share.
        timestamp_ids: whose ids a timestamp sentence is given in. "bert": the image Q-Former's own
            tokenizer, as TimeChat does at inference. "llama": the language model's, as TimeChat
            did in training.
        chat_form: the form of a conversation, of `stages.generate.prompt.forms`; None: that of the
            tokenizer's chat template, else of the type of language model.
        quotes_utterances: whether a question about an utterance quotes its words, which stand in
            the transcript too: as it was asked when it learnt.
        lora_rank: rank of the adapter on the language model's attention (see
            `stages.model.adapter`); 0: there is none, or it has been merged.
        lora_alpha: the adapter is scaled by lora_alpha / lora_rank.
        lora_dropout: on its input, in training only.
        image_token_id: id of `<ImageHere>`, where a visual token stands in a prompt; the language
            model need not know it.
        trained: "no" while the weights are random, else what they were trained on.
    """

    model_type = "microemo"
    sub_configs_defaults = {  # noqa: RUF012 - transformers reads and resolves this class attribute
        "vision_config": SubConfigSpec(InstructBlipVisionConfig),
        "qformer_config": SubConfigSpec(
            InstructBlipQFormerConfig, init_kwargs={"vocab_size": BERT_VOCABULARY}
        ),
        "local_config": SubConfigSpec(MicroEmoLocalConfig),
        "video_qformer_config": SubConfigSpec(
            Blip2QFormerConfig,
            init_kwargs={"num_hidden_layers": 2, "cross_attention_frequency": 1},
        ),
        "text_config": SubConfigSpec(AutoConfig, model_type="llama"),
    }

    # Given as a dict, as a configuration or not at all; a configuration once this is made.
    vision_config: Any = None
    qformer_config: Any = None
    local_config: Any = None
    video_qformer_config: Any = None
    text_config: Any = None
    num_query_tokens: int = 32
    num_video_query_tokens: int = 32
    timestamp_length: int = 32
    max_frames: int = 96
    global_mode: Literal["whole", "sliding"] = "whole"
    sliding_window: int = 32
    sliding_stride: int = 32
    max_utterances: int = 8
    timestamp_ids: Literal["bert", "llama"] = "bert"
    chat_form: str | None = None
    quotes_utterances: bool = False
    lora_rank: int = 0
    lora_alpha: int = 32
    lora_dropout: float = 0.1
    image_token_id: int = LLAMA2_VOCABULARY
    initializer_range: float = 0.02
    trained: str = "no"

    def __post_init__(self, **kwargs: Any) -> None:
        super().__post_init__(**kwargs)
        self.qformer_config.encoder_hidden_size = self.vision_config.hidden_size
        self.video_qformer_config.encoder_hidden_size = self.qformer_config.hidden_size

    def validate_counts(self) -> None:
        """Run by `strict` on making and reading a configuration.

        Raises:
            ValueError: what is counted is less than there must be.
        """
        least = dict.fromkeys(COUNTS, 1) | {"lora_rank": 0}
        for name, smallest in least.items():
            if getattr(self, name) < smallest:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be {smallest} or more")
