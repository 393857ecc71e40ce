"""SmolLM2-135M-Instruct as MicroEmo's language model: a real one, with no logit to spare."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import ray
import torch

from jobs.convert.conversion import convert
from jobs.convert.notice import Source
from pipeline.ranks import TensorParallelEngine
from stages.answer.labels import parse_labels
from stages.generate import GenerateConfig, GenerateStage
from stages.generate.answer.spelling import decoded
from stages.generate.engines.engine import Answer, LanguageModel, Prompt
from stages.generate.engines.opening import open_language_model
from stages.generate.prompt.chat import Ids
from stages.generate.prompt.forms import chat_of
from stages.model import ModelConfig
from stages.model.layout import token_layout
from stages.model.loading import load_model_config
from tests.jobs.convert import public_files as public
from tests.weights.cache import SMOLLM2, cached

pytestmark = pytest.mark.weights

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
WIDTH, NEW_TOKENS = 576, 24
SYSTEM = "You are a helpful assistant."
QUESTIONS = (
    "What is the capital of France?",
    "List three emotions of a man who lost his keys, separated by commas, and nothing else.",
    "Say only the word yes.",
    "How does somebody feel who won a prize? Answer with one word.",
)


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder as Hugging Face has it, made of the GGUF file, which transformers reads."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

    source, folder = cached(SMOLLM2), tmp_path_factory.mktemp("smollm2")
    packed = AutoModelForCausalLM.from_pretrained(source, gguf_file=FILE, dtype=torch.float32)
    written = packed.config.to_dict()
    written.pop("quantization_config", None)
    plain = LlamaForCausalLM(LlamaConfig(**written))
    plain.load_state_dict(packed.state_dict())
    plain.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source, gguf_file=FILE).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(smollm2: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelConfig:
    """A MicroEmo around it, by `microemo convert`; what stands before it is small and random."""
    files, out = tmp_path_factory.mktemp("public"), tmp_path_factory.mktemp("made") / "model"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public, "LLM_WIDTH", WIDTH)
        public.write_public_files(files)
        sources = public.sources_in(files, timechat=False)
    llm = Source(smollm2, "SmolLM2-135M-Instruct", "Apache-2.0", "https://huggingface.co")
    convert(replace(sources, llm=llm), public.choices(), out, lambda line: None)
    return ModelConfig(path=str(out))


def opened(model: ModelConfig, engine: Any) -> LanguageModel:
    return open_language_model(GenerateConfig(engine=engine), model)


def prompts_of(language_model: LanguageModel, model: ModelConfig) -> list[Prompt]:
    chat = chat_of(load_model_config(Path(model.path)), language_model.tokenizer)
    asked = [chat.opened(SYSTEM, [question]) for question in QUESTIONS]
    return [_prompt(language_model, ids) for ids in asked]


def _prompt(language_model: LanguageModel, ids: Ids) -> Prompt:
    words = language_model.embedding(torch.tensor(ids)).detach()
    return Prompt(words[:9], "turn", words[9:])


@pytest.fixture(scope="module")
def reference(model: ModelConfig) -> list[Answer]:
    language_model = opened(model, "transformers")
    return language_model.engine.generate(prompts_of(language_model, model), NEW_TOKENS)


def test_a_conversation_is_written_as_its_template_does(model: ModelConfig) -> None:
    language_model = opened(model, "transformers")
    tokenizer: Any = language_model.tokenizer
    chat = chat_of(load_model_config(Path(model.path)), tokenizer)
    assert chat.name == "template"
    turns = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": QUESTIONS[0]},
        {"role": "assistant", "content": "Paris."},
        {"role": "user", "content": "Why?"},
    ]

    def by_transformers(messages: list[dict[str, str]]) -> list[int]:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ids: list[int] = tokenizer(text, add_special_tokens=False).input_ids
        return ids

    first = chat.opened(SYSTEM, [QUESTIONS[0]])
    assert list(first) == by_transformers(turns[:2])
    followed = chat.continued(first, chat.encoded("Paris."), "Why?")
    assert list(followed) == by_transformers(turns)


@pytest.mark.parametrize("engine", ["deepspeed", "deepspeed-zero"])
def test_the_engines_agree_token_by_token(
    model: ModelConfig, reference: list[Answer], engine: str
) -> None:
    language_model = opened(model, engine)
    found = language_model.engine.generate(prompts_of(language_model, model), NEW_TOKENS)
    assert [answer.ids for answer in found] == [answer.ids for answer in reference]
    assert [answer.finished for answer in found] == [answer.finished for answer in reference]


@pytest.fixture
def two_ranks(model: ModelConfig) -> Iterator[TensorParallelEngine]:
    ray.init(num_cpus=2, include_dashboard=False)
    engine = TensorParallelEngine(GenerateConfig(tp_size=2), model)
    yield engine
    engine.close()
    ray.shutdown()


def test_two_ranks_agree_with_one_process(
    model: ModelConfig, reference: list[Answer], two_ranks: TensorParallelEngine
) -> None:
    language_model = opened(model, "transformers")
    found = two_ranks.generate(prompts_of(language_model, model), NEW_TOKENS)
    assert [answer.ids for answer in found] == [answer.ids for answer in reference]


def test_answers_end_where_the_model_ends_them(model: ModelConfig) -> None:
    language_model = opened(model, "deepspeed")
    answers = language_model.engine.generate(prompts_of(language_model, model), 200)
    assert any(answer.finished for answer in answers)
    for answer in answers:
        assert language_model.tokenizer.eos_token_id not in answer.ids
        assert "<|im" not in decoded(language_model.tokenizer, answer.ids)
    (capital,) = (answer for answer in answers[:1])
    assert "Paris" in decoded(language_model.tokenizer, capital.ids)


def test_a_list_of_labels_is_read_from_it(model: ModelConfig) -> None:
    language_model = opened(model, "deepspeed")
    answer = language_model.engine.generate(prompts_of(language_model, model)[1:2], 64)[0]
    text = decoded(language_model.tokenizer, answer.ids)
    labels = [label.text for label in parse_labels(text, truncated=not answer.finished)]
    print(repr(text), "->", labels)
    assert labels


def test_every_window_is_annotated(model: ModelConfig) -> None:
    """A converted model whose `<ImageHere>` has no logit failed on each."""
    shape = load_model_config(Path(model.path))
    layout = token_layout(shape, 4, [(0.0, 1.0)])
    tokens = np.random.default_rng(0).normal(0, 0.1, (layout.count, WIDTH)).astype(np.float16)
    spoken = {"start_s": 0.0, "end_s": 1.0, "text": "I won!", "speaker": None, "index": 0}
    row = {
        "video_id": "v",
        "window_id": "v#0",
        "visual_tokens": tokens,
        "frame_times_s": [0.0, 0.5, 1.0, 1.5],
        "start_s": 0.0,
        "utterances": [spoken],
        "warnings": [],
    }
    config = GenerateConfig(max_description_tokens=16, max_label_tokens=16, samples=2)
    (annotated,) = GenerateStage(config, model, {})([row])
    assert annotated.get("error") is None
    assert annotated["description"]
    assert annotated["utterances"][0]["labels_raw"] is not None
