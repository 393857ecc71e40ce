"""What is recorded and played back says what each step says by itself.

Without a GPU nothing can be recorded: there what plays back does the work again. The tests with
CUDA graphs run by `make test-gpu`.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.engine import Sampling
from stages.generate.engines.opening import open_engine
from stages.generate.engines.recording import CudaGraphs, Recording
from tests.stages.generate.engines.families import FAMILIES, network, prompts_of
from tests.stages.generate.tokenizing import byte_tokenizer

NEW_TOKENS = 24


class Again:
    """Plays back by doing it again; counts what is recorded and what is played."""

    def __init__(self) -> None:
        self.recorded = self.played = 0

    def __call__(self, work: Callable[[], None]) -> Callable[[], None]:
        self.recorded += 1

        def play() -> None:
            self.played += 1
            work()

        return play


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=20))
def test_a_kind_is_done_once_then_recorded_and_then_played(kinds: list[tuple[int, int]]) -> None:
    device, memory = Again(), torch.arange(5.0)
    recording = Recording(lambda rows, reach: memory[:rows] * reach, device)
    for at, (rows, reach) in enumerate(kinds):
        memory[0] = at
        assert recording(rows, reach).tolist() == (memory[:rows] * reach).tolist()
    again = {kind for kind in kinds if kinds.count(kind) > 1}
    assert recording.recorded == device.recorded == len(again)
    assert device.played == len(kinds) - len(set(kinds))


def test_what_cannot_be_recorded_is_done_as_it_stands_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(work: Callable[[], None]) -> Callable[[], None]:
        raise RuntimeError("not permitted when a stream is capturing\nand more")

    recording = Recording(lambda rows, reach: torch.full((rows,), reach), refuse)
    assert [recording(2, 7).tolist() for _ in range(4)] == [[7, 7]] * 4
    assert [recording(1, 5).tolist() for _ in range(3)] == [[5]] * 3
    assert [record.message for record in caplog.records] == [
        "a step of this language model cannot be recorded and goes kernel by kernel:"
        " not permitted when a stream is capturing"
    ]


def test_memory_that_runs_out_while_recording_is_no_refusal() -> None:
    def run_out(work: Callable[[], None]) -> Callable[[], None]:
        raise torch.OutOfMemoryError

    recording = Recording(lambda rows, reach: torch.zeros(rows), run_out)
    recording(1, 1)
    with pytest.raises(torch.OutOfMemoryError):
        recording(1, 1)


def engines(model: Any, capture: Any) -> tuple[Any, Any]:
    """The plain loop, and the engine that records."""
    tokenizer = byte_tokenizer(["<pad>", "</s>"], "</s>")
    reference = open_engine("transformers", model, tokenizer)
    allowed = reference._vocabulary
    engine = BatchedEngine("deepspeed", model, reference.embedding, allowed, capture=capture)
    return reference, engine


def graphs(engine: BatchedEngine) -> int:
    assert engine._kept is not None
    assert engine._kept._recording is not None
    return engine._kept._recording.recorded


def rows_come_and_go(model: Any, capture: Any) -> None:
    """Answers end at all lengths, so that slots stand empty, are refilled and move."""
    prompts = prompts_of(model)
    reference, engine = engines(model, capture)
    _, plain = engines(model, None)
    engine._ends = plain._ends = frozenset({*reference._vocabulary.ends, *range(6, 40)})
    sampling = [Sampling(1.0, 0.9, at) if at % 2 else None for at in range(len(prompts))]
    for at_once in (8, 5, 2, 3):
        found = engine.generate(prompts, NEW_TOKENS, sampling, at_once)
        expected = plain.generate(prompts, NEW_TOKENS, sampling, at_once)
        assert [answer.ids for answer in found] == [answer.ids for answer in expected]
    assert len({len(answer.ids) for answer in found}) > 2
    assert graphs(engine) > 2


def a_family_says_what_transformers_says(model: Any, capture: Any) -> None:
    prompts = prompts_of(model)
    reference, engine = engines(model, capture)
    with torch.inference_mode():
        alone = [reference.generate([prompt], NEW_TOKENS)[0].ids for prompt in prompts]
        for at_once in (3, 8, 3):
            together = engine.generate(prompts, NEW_TOKENS, at_once=at_once)
            assert [answer.ids for answer in together] == alone
    assert len(set(alone)) > 4  # they depend on the prompts


@pytest.mark.parametrize("kind", ["mistral", "llama4_text"])
def test_slots_without_a_row_disturb_none(kind: str) -> None:
    a_family_says_what_transformers_says(network(kind, FAMILIES[kind]), Again())


def test_rows_that_come_and_go_are_as_without_recording() -> None:
    rows_come_and_go(network("llama", FAMILIES["llama"]), Again())


def test_what_is_recorded_serves_the_calls_that_come() -> None:
    model = network("llama", FAMILIES["llama"])
    device = Again()
    _, engine = engines(model, device)
    prompts = prompts_of(model)
    for _ in range(3):
        engine.generate(prompts, NEW_TOKENS)
    before = device.recorded
    engine.generate(prompts[::-1], NEW_TOKENS)
    engine.generate(prompts, NEW_TOKENS - 2)
    assert graphs(engine) == device.recorded == before > 0


def test_a_larger_call_has_larger_slots() -> None:
    model = network("llama", FAMILIES["llama"])
    _, engine = engines(model, Again())
    _, plain = engines(model, None)
    prompts = prompts_of(model)
    for some, tokens in ((prompts[1:3], 4), (prompts, 40), (prompts[1:3], 4)):
        found = [answer.ids for answer in engine.generate(some, tokens)]
        assert found == [answer.ids for answer in plain.generate(some, tokens)]


@pytest.mark.gpu
@pytest.mark.parametrize("kind", sorted(FAMILIES))
def test_every_family_says_on_a_gpu_what_transformers_says(kind: str) -> None:
    model = network(kind, FAMILIES[kind]).cuda()
    a_family_says_what_transformers_says(model, CudaGraphs(model.device))


@pytest.mark.gpu
def test_rows_come_and_go_between_graphs() -> None:
    model = network("llama", FAMILIES["llama"]).cuda()
    rows_come_and_go(model, CudaGraphs(model.device))


@pytest.mark.gpu
def test_a_model_that_asks_the_host_goes_on_without_graphs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its rotary frequencies follow the longest position, which is looked at in each pass."""
    rope = {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}
    model = network("llama", {"rope_parameters": rope}).cuda()
    prompts = prompts_of(model)
    reference, engine = engines(model, CudaGraphs(model.device))
    with caplog.at_level(logging.WARNING), torch.inference_mode():
        found = [engine.generate(prompts, NEW_TOKENS) for _ in range(2)]
        alone = [reference.generate([prompt], NEW_TOKENS)[0].ids for prompt in prompts]
    for answers in found:
        assert [answer.ids for answer in answers] == alone
    assert [record for record in caplog.records if "cannot be recorded" in record.message]
    assert float(torch.ones(3, device="cuda").sum()) == 3  # the device is as it was


@pytest.mark.gpu
def test_slots_that_do_not_fit_are_given_back() -> None:
    model = network("llama", FAMILIES["llama"]).cuda()
    prompts = prompts_of(model)
    _, engine = engines(model, CudaGraphs(model.device))
    alone = engine.generate(prompts, NEW_TOKENS, at_once=2)
    free, _ = torch.cuda.mem_get_info()
    with pytest.raises(torch.OutOfMemoryError):
        engine.generate(prompts, free // 200, at_once=8)
    assert engine._kept is None
    assert engine.generate(prompts, NEW_TOKENS, at_once=2) == alone
