"""The shapes MicroEmo comes in, by name: `tiny`, `llama2-7b`, `qwen2.5-7b` and `qwen3-4b`.

The encoder and the pooler of the large ones are those of the public checkpoints: EVA-CLIP
ViT-G/14, InstructBLIP's Q-Former, Video-LLaMA's video Q-Former. They differ in the language model.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stages.model.configuration_microemo import MicroEmoConfig

# Of the tokenizer that is made with the tiny model.
TINY_VOCABULARY = 8192
TINY_PAD, TINY_BOS, TINY_EOS, TINY_IMAGE = 0, 1, 2, 5
TINY_WIDTH, TINY_LLM_WIDTH = 64, 144
# At these widths 0.02 would leave every sentence and every picture looking alike.
TINY_SPREAD = 0.08


def tiny() -> "MicroEmoConfig":
    """The model that ships in the package: the real classes, some three million weights."""
    from stages.model.configuration_microemo import MicroEmoConfig

    block = {
        "hidden_size": TINY_WIDTH,
        "intermediate_size": 2 * TINY_WIDTH,
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "initializer_range": TINY_SPREAD,
    }
    return MicroEmoConfig(
        vision_config={**block, "image_size": 112, "patch_size": 14},
        qformer_config={
            **block,
            "vocab_size": TINY_VOCABULARY,
            "max_position_embeddings": 32,
            "pad_token_id": TINY_PAD,
        },
        local_config={
            "hidden_size": TINY_WIDTH,
            "initializer_range": TINY_SPREAD,
            "patch_channels": 16,
            "place_channels": 128,
            "departure_channels": 256,
        },
        video_qformer_config={**block, "cross_attention_frequency": 1},
        text_config={
            **block,
            "model_type": "llama",
            "hidden_size": TINY_LLM_WIDTH,
            "intermediate_size": 3 * TINY_LLM_WIDTH,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "num_key_value_heads": 2,
            "vocab_size": TINY_VOCABULARY,
            "max_position_embeddings": 2048,
            "tie_word_embeddings": True,
            "pad_token_id": TINY_PAD,
            "bos_token_id": TINY_BOS,
            "eos_token_id": TINY_EOS,
        },
        num_query_tokens=8,
        num_video_query_tokens=8,
        timestamp_length=16,
        max_frames=16,
        timestamp_ids="llama",  # one small tokenizer for both
        quotes_utterances=True,  # by its times alone so small a model does not find an utterance
        image_token_id=TINY_IMAGE,
        initializer_range=TINY_SPREAD,
        trained="no",
    )


def llama2_7b() -> "MicroEmoConfig":
    """The paper's scale: LLaMA-2-7B-chat with TimeChat's LoRA."""
    from stages.model.configuration_microemo import MicroEmoConfig

    return MicroEmoConfig(
        text_config={
            "model_type": "llama",
            "vocab_size": 32000,
            "hidden_size": 4096,
            "intermediate_size": 11008,
            "num_hidden_layers": 32,
            "num_attention_heads": 32,
            "num_key_value_heads": 32,
            "max_position_embeddings": 4096,
            "rms_norm_eps": 1e-5,
            "tie_word_embeddings": False,
            "bos_token_id": 1,
            "eos_token_id": 2,
        },
        image_token_id=32000,
        lora_rank=32,
    )


def qwen2_5_7b() -> "MicroEmoConfig":
    """Qwen2.5-7B-Instruct behind the same encoder and pooler. Ours: no weights are published."""
    from stages.model.configuration_microemo import MicroEmoConfig

    return MicroEmoConfig(
        text_config={
            "model_type": "qwen2",
            "vocab_size": 152064,
            "hidden_size": 3584,
            "intermediate_size": 18944,
            "num_hidden_layers": 28,
            "num_attention_heads": 28,
            "num_key_value_heads": 4,
            "max_position_embeddings": 32768,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
            "tie_word_embeddings": False,
            "bos_token_id": 151643,
            "eos_token_id": 151645,
        },
        image_token_id=151665,  # the first id behind those of its tokenizer
        lora_rank=32,
    )


def qwen3_4b() -> "MicroEmoConfig":
    """Qwen3-4B behind the same encoder and pooler. Ours: no weights are published."""
    from stages.model.configuration_microemo import MicroEmoConfig

    return MicroEmoConfig(
        text_config={
            "model_type": "qwen3",
            "vocab_size": 151936,
            "hidden_size": 2560,
            "intermediate_size": 9728,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "max_position_embeddings": 40960,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
            "tie_word_embeddings": True,
            "bos_token_id": 151643,
            "eos_token_id": 151645,
        },
        image_token_id=151669,  # the first id behind those of its tokenizer
        lora_rank=32,
    )


SHAPES: Mapping[str, Callable[[], "MicroEmoConfig"]] = MappingProxyType(
    {"tiny": tiny, "llama2-7b": llama2_7b, "qwen2.5-7b": qwen2_5_7b, "qwen3-4b": qwen3_4b}
)
