"""On a GPU: what is recorded and played back says what each kernel says by itself.

Run by `make test-gpu`, where there is one.
"""

import logging
from typing import Any

import pytest
import torch

from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.engine import Sampling
from stages.generate.engines.opening import open_engine
from tests.stages.generate.engines.families import FAMILIES, network, prompts_of
from tests.stages.generate.tokenizing import byte_tokenizer

pytestmark = pytest.mark.gpu

NEW_TOKENS = 24


def on_gpu(kind: str, **sizes: Any) -> Any:
    return network(kind, {**FAMILIES[kind], **sizes}).cuda()


def engines(model: Any) -> tuple[Any, Any]:
    """The plain loop, and the engine that records."""
    tokenizer = byte_tokenizer(["<pad>", "</s>"], "</s>")
    reference = open_engine("transformers", model, tokenizer)
    recording = BatchedEngine(
        "deepspeed", model, reference.embedding, reference._vocabulary, records=True
    )
    return reference, recording


def graphs(engine: BatchedEngine) -> int:
    assert engine._recorded is not None
    return engine._recorded._step.recorded  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", sorted(FAMILIES))
def test_every_family_says_what_transformers_says_one_by_one(kind: str) -> None:
    model = on_gpu(kind)
    prompts = prompts_of(model)
    reference, engine = engines(model)
    with torch.inference_mode():
        alone = [reference.generate([prompt], NEW_TOKENS)[0].ids for prompt in prompts]
        for at_once in (3, 8, 3):
            together = engine.generate(prompts, NEW_TOKENS, at_once=at_once)
            assert [answer.ids for answer in together] == alone
    assert len(set(alone)) > 4  # they depend on the prompts


def test_rows_that_come_and_go_between_graphs_are_as_without_any() -> None:
    """Answers end at all lengths, so that slots stand empty, are refilled and move."""
    model = on_gpu("llama")
    prompts = prompts_of(model)
    reference, engine = engines(model)
    ends = frozenset({*reference._vocabulary.ends, *range(6, 40)})
    plain = BatchedEngine("deepspeed", model, reference.embedding, reference._vocabulary)
    engine._ends = plain._ends = ends
    sampling = [Sampling(1.0, 0.9, at) if at % 2 else None for at in range(len(prompts))]
    for at_once in (8, 5, 2, 3):
        found = engine.generate(prompts, NEW_TOKENS, sampling, at_once)
        assert [answer.ids for answer in found] == [
            answer.ids for answer in plain.generate(prompts, NEW_TOKENS, sampling, at_once)
        ]
    assert len({len(answer.ids) for answer in found}) > 2
    assert graphs(engine) > 2


def test_what_is_recorded_serves_the_calls_that_come(caplog: pytest.LogCaptureFixture) -> None:
    model = on_gpu("qwen3")
    _, engine = engines(model)
    prompts = prompts_of(model)
    for _ in range(3):
        engine.generate(prompts, NEW_TOKENS)
    before = graphs(engine)
    engine.generate(prompts[::-1], NEW_TOKENS)
    assert graphs(engine) == before > 0
    assert not caplog.records


def test_a_model_that_asks_the_host_goes_on_without_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its rotary frequencies follow the longest position, which is looked at in each pass."""
    rope = {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}
    model = on_gpu("llama", rope_parameters=rope)
    prompts = prompts_of(model)
    reference, engine = engines(model)
    with caplog.at_level(logging.WARNING):
        found = [engine.generate(prompts, NEW_TOKENS) for _ in range(2)]
    alone = [reference.generate([prompt], NEW_TOKENS)[0].ids for prompt in prompts]
    assert [answer.ids for answer in found[0]] == [answer.ids for answer in found[1]] == alone
    assert [record for record in caplog.records if "cannot be recorded" in record.message]
    assert float(torch.ones(3, device="cuda").sum()) == 3  # the device is as it was


def test_slots_that_do_not_fit_are_given_back() -> None:
    model = on_gpu("llama")
    prompts = prompts_of(model)
    _, engine = engines(model)
    alone = engine.generate(prompts, NEW_TOKENS, at_once=2)
    free, _ = torch.cuda.mem_get_info()
    with pytest.raises(torch.OutOfMemoryError):
        engine.generate(prompts, free // 200, at_once=8)
    assert engine._recorded is None
    assert engine.generate(prompts, NEW_TOKENS, at_once=2) == alone
