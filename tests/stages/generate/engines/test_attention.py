"""Families of language models: the batched engine says what `generate` says, or is refused."""

from typing import Any

import pytest
import torch
from transformers import AutoConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from stages.faults import SetupError
from stages.generate.engines.attention import require_keys_and_values, sees_all_before
from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.opening import open_engine
from stages.generate.engines.vocabulary import vocabulary
from stages.model.shared_beginning import positions, sight
from tests.stages.generate.engines.families import FAMILIES, WINDOWED, network, prompts_of
from tests.stages.generate.tokenizing import byte_tokenizer

NEW_TOKENS = 10
# One of each kind of attention in every run, the others in the long one.
ALWAYS = ("mistral", "gemma3_text", "gpt_oss", "llama4_text")
OTHER_MEMORIES: dict[str, dict[str, Any]] = {
    "qwen3_next": {},
    "lfm2": {"layer_types": ["conv", "full_attention"], "num_hidden_layers": 2},
    "mamba": {},
    "falcon_mamba": {},
    "recurrent_gemma": {},
}


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
