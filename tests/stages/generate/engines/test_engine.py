"""Both engines say the same, and no prompt's answer depends on its neighbours."""

from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from stages.generate.engines.engine import Answer, Engine, Prompt
from stages.generate.engines.opening import open_engine

LENGTHS = (40, 7, 93, 2, 64, 12, 93, 30)
NEW_TOKENS = 24


@pytest.fixture(scope="module")
def prompts(language_model: tuple[Any, Any]) -> list[Prompt]:
    """Prompts of different lengths, some positions no word's embedding, as visual tokens are."""
    generator = torch.Generator().manual_seed(7)
    embedding = language_model[0].get_input_embeddings()
    rows = [
        embedding(torch.randint(6, embedding.num_embeddings, (length,), generator=generator))
        + 0.05 * torch.randn(length, embedding.embedding_dim, generator=generator)
        for length in LENGTHS
    ]
    return [Prompt(row[:1], str(at), row[1:]) for at, row in enumerate(rows)]


@pytest.fixture(scope="module")
def batched(engine: Engine, prompts: list[Prompt]) -> list[Answer]:
    return engine.generate(prompts, NEW_TOKENS)


def test_deepspeed_and_transformers_say_the_same(
    language_model: tuple[Any, Any], prompts: list[Prompt], batched: list[Answer]
) -> None:
    plain = open_engine("transformers", *language_model).generate(prompts, NEW_TOKENS)
    assert [answer.ids for answer in plain] == [answer.ids for answer in batched]
    assert [answer.finished for answer in plain] == [answer.finished for answer in batched]
    for one, other in zip(plain, batched, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)


def test_the_engine_named_is_the_engine_used(language_model: tuple[Any, Any]) -> None:
    from deepspeed import InferenceEngine

    used = open_engine("deepspeed", *language_model)
    assert used.name == "deepspeed"
    assert isinstance(used._forward, InferenceEngine)


def test_alone_or_among_others_a_prompt_has_the_same_answer(
    engine: Engine, prompts: list[Prompt], batched: list[Answer]
) -> None:
    for prompt, among_others in zip(prompts, batched, strict=True):
        (alone,) = engine.generate([prompt], NEW_TOKENS)
        assert alone.ids == among_others.ids
        assert alone.finished == among_others.finished
        assert alone.logprobs == pytest.approx(among_others.logprobs, abs=1e-4)


def test_twice_the_same(engine: Engine, prompts: list[Prompt], batched: list[Answer]) -> None:
    assert engine.generate(prompts, NEW_TOKENS) == batched


def test_greedy_choices_and_their_logprobs_are_those_of_the_formula(
    engine: Engine,
    language_model: tuple[Any, Any],
    prompts: list[Prompt],
    batched: list[Answer],
) -> None:
    """A loop without cache, padding or library generation says the same."""
    model, tokenizer = language_model
    banned = sorted(set(tokenizer.all_special_ids) - {tokenizer.eos_token_id})
    embeds, answer = torch.cat([prompts[1].prefix, prompts[1].suffix]), batched[1]
    for token, logprob in zip(answer.ids, answer.logprobs, strict=True):
        with torch.inference_mode():
            logits = model(inputs_embeds=embeds[None]).logits[0, -1]
            logits[banned] = -torch.inf
            chances = torch.log_softmax(logits, dim=-1)
            word = model.get_input_embeddings()(torch.tensor([token]))
        assert token == int(chances.argmax())
        assert logprob == pytest.approx(float(chances[token]), abs=1e-4)
        embeds = torch.cat([embeds, word])


@pytest.fixture
def counting(tokenizer: Any) -> LlamaForCausalLM:
    """A LLaMA whose layers add nothing and whose head knows each word's successor: it counts."""
    torch.manual_seed(0)
    vocabulary = len(tokenizer) + 76  # models have more ids than their tokenizers
    shape = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        eos_token_id=[1010, 1020],
    )
    model = LlamaForCausalLM(shape).eval().requires_grad_(False)
    words = torch.nn.functional.normalize(torch.randn(vocabulary, 64), dim=-1)
    model.model.layers[0].self_attn.o_proj.weight.zero_()
    model.model.layers[0].mlp.down_proj.weight.zero_()
    model.model.embed_tokens.weight.copy_(words)
    model.lm_head.weight.copy_(words.roll(1, dims=0))
    return model


def counted(model: LlamaForCausalLM, tokenizer: Any, starts: list[int]) -> list[Answer]:
    words = model.get_input_embeddings()
    rows = [words(torch.tensor([9] * (place + 1) + [start])) for place, start in enumerate(starts)]
    prompts = [Prompt(row[:1], str(at), row[1:]) for at, row in enumerate(rows)]
    reference = open_engine("transformers", model, tokenizer).generate(prompts, 5)
    batched = open_engine("deepspeed", model, tokenizer).generate(prompts, 5)
    assert [answer.ids for answer in batched] == [answer.ids for answer in reference]
    return batched


def test_each_sequence_stops_at_its_own_end(counting: LlamaForCausalLM, tokenizer: Any) -> None:
    answers = counted(counting, tokenizer, [1008, 1000, 1009, 1014])
    assert [answer.ids for answer in answers] == [
        (1009,),
        (1001, 1002, 1003, 1004, 1005),
        (),
        (1015, 1016, 1017, 1018, 1019),
    ]
    assert [answer.finished for answer in answers] == [True, False, True, False]
    assert [len(answer.logprobs) for answer in answers] == [1, 5, 0, 5]


def test_the_tokenizers_end_token_counts_beside_the_models(
    counting: LlamaForCausalLM, tokenizer: Any
) -> None:
    before_the_end = tokenizer.eos_token_id - 1
    assert counted(counting, tokenizer, [before_the_end])[0].finished


def test_special_tokens_and_ids_beyond_the_vocabulary_are_never_generated(
    counting: LlamaForCausalLM, tokenizer: Any
) -> None:
    beyond = len(tokenizer) - 1
    before_bos, before_image = tokenizer.bos_token_id - 1, 4
    for answer in counted(counting, tokenizer, [beyond, before_bos, before_image]):
        assert answer.ids
        assert max(answer.ids) < len(tokenizer)
        assert not set(answer.ids) & set(tokenizer.added_tokens_decoder)


def test_a_sampling_model_is_still_asked_greedily(
    counting: LlamaForCausalLM, tokenizer: Any
) -> None:
    counting.generation_config.update(do_sample=True, temperature=50.0, top_k=0)
    assert counted(counting, tokenizer, [100])[0].ids == (101, 102, 103, 104, 105)
