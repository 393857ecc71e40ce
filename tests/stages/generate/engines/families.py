"""Small random language models of the families that the batched engine runs, and prompts."""

from typing import Any

import torch
from transformers import AutoConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from stages.generate.engines.engine import Prompt

VOCABULARY = 262
WINDOW = 8  # positions; shorter than most prompts
SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 256,
    "initializer_range": 0.3,
    "pad_token_id": 0,
}
WINDOWED = {"sliding_window": WINDOW}
EXPERTS = {"num_experts": 4, "num_local_experts": 4, "num_experts_per_tok": 2}
LATENT = {
    "num_key_value_heads": 4,
    "q_lora_rank": 16,
    "kv_lora_rank": 16,
    "qk_nope_head_dim": 8,
    "qk_rope_head_dim": 8,
    "v_head_dim": 8,
    "n_routed_experts": 4,
    "moe_intermediate_size": 16,
    "n_group": 1,
    "topk_group": 1,
    "num_experts_per_tok": 2,
}
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {},
    "mistral": WINDOWED,
    "mixtral": EXPERTS,
    "qwen2": {**WINDOWED, "use_sliding_window": True, "max_window_layers": 1},
    "qwen3": {},
    "qwen3_moe": {**EXPERTS, "moe_intermediate_size": 16},
    "gemma": {},
    "gemma2": WINDOWED,
    "gemma3_text": {**WINDOWED, "sliding_window_pattern": 2},
    "gemma3n_text": {
        **WINDOWED,
        "num_kv_shared_layers": 2,
        "hidden_size_per_layer_input": 8,
        "vocab_size_per_layer_input": VOCABULARY,
        "layer_types": ["sliding_attention", "full_attention"] * 2,
    },
    "gpt_oss": {**WINDOWED, **EXPERTS},
    "llama4_text": {"attention_chunk_size": WINDOW, **EXPERTS},
    "cohere2": WINDOWED,
    "olmo3": WINDOWED,
    "exaone4": WINDOWED,
    "phi3": WINDOWED,
    "deepseek_v2": LATENT,
    "glm4": {},
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256},
    "gpt_neox": {},
    "starcoder2": WINDOWED,
    "smollm3": {},
    "internlm3": {},
}


def network(kind: str, sizes: dict[str, Any]) -> Any:
    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **{**SIZES, **sizes})
    return MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]._from_config(config).eval()


def prompts_of(model: Any) -> list[Prompt]:
    """Prefixes and suffixes shorter and longer than a window; two of each prefix."""
    generator = torch.Generator().manual_seed(7)
    embedding = model.get_input_embeddings()

    def words(length: int) -> torch.Tensor:
        ids = torch.randint(6, 256, (length,), generator=generator)
        embedded: torch.Tensor = embedding(ids.to(model.device)).detach()
        return embedded

    prefixes = {length: words(length) for length in (1, 5, 12, 30)}
    return [
        Prompt(prefixes[before], f"{before}", words(behind))
        for before, behind in [
            (12, 9),
            (12, 2),
            (30, 14),
            (30, 3),
            (5, 22),
            (5, 1),
            (1, 6),
            (1, 17),
        ]
    ]
