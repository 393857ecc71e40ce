"""Families of language models: the batched engine says what `generate` says, or is refused."""

from typing import Any

import pytest
import torch
from transformers import AutoConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from stages.faults import SetupError
from stages.generate.engines.attention import require_keys_and_values, sees_all_before
from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.engine import Prompt
from stages.generate.engines.opening import open_engine
from stages.generate.engines.vocabulary import vocabulary
from stages.model.shared_beginning import positions, sight
from tests.stages.generate.tokenizing import byte_tokenizer

VOCABULARY, NEW_TOKENS = 262, 10
LENGTHS = [(12, 9), (12, 2), (30, 14), (30, 3), (5, 22), (5, 1), (1, 6), (1, 17)]
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
# One of each kind of attention in every run, the others in the long one.
ALWAYS = ("mistral", "gemma3_text", "gpt_oss", "llama4_text")
OTHER_MEMORIES: dict[str, dict[str, Any]] = {
    "qwen3_next": {},
    "lfm2": {"layer_types": ["conv", "full_attention"], "num_hidden_layers": 2},
    "mamba": {},
    "falcon_mamba": {},
    "recurrent_gemma": {},
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
        embedded: torch.Tensor = embedding(ids).detach()
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


@pytest.mark.parametrize(
    "kind",
    [
        *ALWAYS,
        *(
            pytest.param(kind, marks=pytest.mark.slow)
            for kind in sorted(set(FAMILIES) - set(ALWAYS))
        ),
    ],
)
def test_the_batched_engine_says_what_transformers_says_one_by_one(kind: str) -> None:
    model = network(kind, FAMILIES[kind])
    tokenizer = byte_tokenizer(["<pad>", "</s>"], "</s>")
    prompts = prompts_of(model)
    with torch.inference_mode():
        reference = open_engine("transformers", model, tokenizer)
        alone = [reference.generate([prompt], NEW_TOKENS)[0] for prompt in prompts]
        require_keys_and_values(model, "deepspeed")
        batched = BatchedEngine("deepspeed", model, reference.embedding, reference._vocabulary)
        together = batched.generate(prompts, NEW_TOKENS, at_once=3)
    assert [answer.ids for answer in together] == [answer.ids for answer in alone]
    assert len({answer.ids for answer in alone}) > 4  # they depend on the prompts


WINDOWED_KINDS = ("mistral", "gemma2", "cohere2", "gpt_oss", "llama4_text")
SEEING_ALL = ("llama", "qwen3", "gemma", "glm4", "gpt2", "gpt_neox", "smollm3", "deepseek_v2")


@pytest.mark.parametrize("kind", WINDOWED_KINDS)
def test_a_model_with_windows_does_not_see_all_before(kind: str) -> None:
    assert not sees_all_before(network(kind, FAMILIES[kind]))


@pytest.mark.parametrize("kind", OTHER_MEMORIES)
def test_a_model_that_keeps_something_else_does_not_see_all_before(kind: str) -> None:
    with torch.device("meta"):
        config = AutoConfig.for_model(kind, **OTHER_MEMORIES[kind])
        model = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]._from_config(config)
    assert not sees_all_before(model)


@pytest.mark.parametrize("kind", SEEING_ALL)
@torch.inference_mode()
def test_one_that_does_reads_several_conversations_in_a_row_as_each_alone(kind: str) -> None:
    model = network(kind, FAMILIES[kind])
    assert sees_all_before(model)
    beginning, *rests = (torch.randint(6, 256, (1, length)) for length in (9, 4, 7))
    parts = torch.tensor([[0] * 9 + [1] * 4 + [2] * 7])
    together = model(
        torch.cat([beginning, *rests], dim=1),
        attention_mask=sight(parts, torch.float32),
        position_ids=positions(parts),
        use_cache=False,
    ).logits
    for rest, place in zip(rests, (9, 13), strict=True):
        alone = model(torch.cat([beginning, rest], dim=1), use_cache=False).logits
        own = together[:, place : place + rest.shape[1]]
        torch.testing.assert_close(own, alone[:, 9:], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", OTHER_MEMORIES)
def test_a_model_that_keeps_something_else_is_refused_with_what_to_set(kind: str) -> None:
    with torch.device("meta"):
        config = AutoConfig.for_model(kind, **OTHER_MEMORIES[kind])
        model = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]._from_config(config)
    told = rf"'deepspeed'.*type '{kind}'.*set generate\.engine=transformers"
    with pytest.raises(SetupError, match=told):
        require_keys_and_values(model, "deepspeed")


@pytest.mark.parametrize("kind", ["bert", "roberta", "bart", "bloom", "hrm_text"])
def test_a_model_that_reads_otherwise_is_refused(kind: str) -> None:
    with torch.device("meta"):
        config = AutoConfig.for_model(kind)
        model = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]._from_config(config)
    with pytest.raises(SetupError, match=r"set generate\.engine=transformers"):
        open_engine("deepspeed", model, byte_tokenizer(["</s>"], "</s>"))


@pytest.mark.parametrize(("kind", "sizes"), [("cpmant", {}), ("falcon", {"alibi": True})])
def test_a_model_that_makes_masks_of_its_own_is_refused(kind: str, sizes: dict[str, Any]) -> None:
    with torch.device("meta"):
        config = AutoConfig.for_model(kind, **sizes)
        model = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]._from_config(config)
    told = r"masks of its own; set generate\.engine=transformers"
    with pytest.raises(SetupError, match=told):
        require_keys_and_values(model, "deepspeed")
    assert not sees_all_before(model)


def test_a_window_in_the_configuration_of_a_model_without_one_is_none() -> None:
    """The model says what its positions see, not a key that it does not read."""
    tokenizer = byte_tokenizer(["<pad>", "</s>"], "</s>")
    said = []
    for sizes in ({}, WINDOWED):
        model = network("llama", sizes)
        allowed = vocabulary(model, tokenizer)
        engine = BatchedEngine("deepspeed", model, model.get_input_embeddings(), allowed)
        said.append([answer.ids for answer in engine.generate(prompts_of(model), NEW_TOKENS)])
    assert said[0] == said[1]
