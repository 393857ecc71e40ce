"""Two ranks over gloo say what one process says, and a group that lost one is made anew."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import ray
import torch

from pipeline.config import load_config
from pipeline.graph import dataset
from pipeline.identity import identify
from pipeline.lanes import plan_lanes
from pipeline.ranks import GroupLost, TensorParallelEngine
from pipeline.source import RowSource
from stages.faults import SetupError
from stages.generate.config import GenerateConfig
from stages.generate.engines.engine import Prompt, Sampling
from stages.generate.engines.opening import open_language_model
from stages.model.config import ModelConfig

NEW_TOKENS = 24


@pytest.fixture(scope="module")
def engine() -> Iterator[TensorParallelEngine]:
    """A group of two ranks on a Ray of two cores."""
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    opened = TensorParallelEngine(GenerateConfig(tp_size=2, call_deadline_s=60), ModelConfig())
    yield opened
    opened.close()
    ray.shutdown()


def prompts(embedding: torch.nn.Embedding, number: int) -> list[Prompt]:
    generator = torch.Generator().manual_seed(11)

    def words(length: int) -> torch.Tensor:
        ids = torch.randint(6, 1024, (length,), generator=generator)
        return embedding(ids.to(embedding.weight.device)).detach()

    prefixes = [words(20 + 3 * window) for window in range(3)]
    return [Prompt(prefixes[at % 3], str(at % 3), words(8 + 5 * (at % 7))) for at in range(number)]


def said(answers: Any) -> list[tuple[int, ...]]:
    return [answer.ids for answer in answers]


@pytest.mark.slow
def test_two_ranks_give_the_tokens_of_one_process(engine: TensorParallelEngine) -> None:
    alone = open_language_model(GenerateConfig(), ModelConfig())
    assert torch.equal(engine.embedding.weight, alone.embedding.weight)
    asked = prompts(engine.embedding, 12)
    sampling = [Sampling(0.8, 0.9, at) if at % 2 else None for at in range(12)]
    together = engine.generate(asked, NEW_TOKENS, sampling)
    by_one = alone.engine.generate(asked, NEW_TOKENS, sampling)
    assert said(together) == said(by_one)
    for one, other in zip(together, by_one, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)


@pytest.mark.gpu
def test_a_rank_on_a_gpu_speaks_over_nccl_and_says_what_one_process_says() -> None:
    model = ModelConfig(device="cuda")
    alone = open_language_model(GenerateConfig(), model)
    asked = prompts(alone.embedding, 12)
    ray.init(address="local", num_cpus=2, num_gpus=1, include_dashboard=False)
    engine = TensorParallelEngine(GenerateConfig(), model)
    try:
        found = engine.generate(asked, NEW_TOKENS)
    finally:
        engine.close()
        ray.shutdown()
    assert said(found) == said(alone.engine.generate(asked, NEW_TOKENS))


@pytest.mark.slow
def test_a_rank_killed_in_mid_generation_costs_no_answer(engine: TensorParallelEngine) -> None:
    asked = prompts(engine.embedding, 6)
    before = engine.pids
    found: list[Any] = []
    calling = threading.Thread(target=lambda: found.extend(engine.generate(asked, 500)))
    calling.start()
    time.sleep(0.5)  # the call takes several seconds
    assert calling.is_alive()
    os.kill(before[1], signal.SIGKILL)
    calling.join(timeout=120)
    assert not calling.is_alive()
    assert set(engine.pids).isdisjoint(before)
    alone = open_language_model(GenerateConfig(), ModelConfig()).engine
    assert said(found) == said(alone.generate(asked, 500))
    assert len(found) == len(asked)


@pytest.mark.slow
def test_a_call_that_is_always_late_ends_in_an_error_and_leaves_a_sound_group(
    engine: TensorParallelEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.ranks._TRIES", 1)
    engine._group._deadline_s = 0.2
    asked = prompts(engine.embedding, 2)
    with pytest.raises(GroupLost, match="call_deadline_s"):
        engine.generate(asked, 1000)
    assert [len(answer.ids) for answer in engine.generate(asked, 3)] == [3, 3]


def test_ranks_are_never_started_by_the_number_of_idle_cpus() -> None:
    config = load_config("tiny", ["generate.tp_size=2"])
    found = plan_lanes(config.lanes, cpus=8, gpus=0)
    source = RowSource([], config.recipe.schema_after(None))
    with pytest.raises(SetupError, match="max_workers"):
        dataset(source, found, config, identify(config), "out", alone=False)
