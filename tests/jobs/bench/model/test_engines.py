"""Engines are held to the plain loop's tokens and to the bytes that decoding reads."""

from dataclasses import replace

import pytest
import torch

from jobs.bench.model.ceilings import Ceilings
from jobs.bench.model.engines import Ids, LoopFigures, cache_bytes, measured_engine, measured_loop
from jobs.bench.model.networks import cache_bytes_of_position, language_model, step_bytes
from jobs.bench.model.prompts import random_prompts
from jobs.bench.model.task import Task
from stages.model.shapes import tiny

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
TASK = Task(tiny(), CPU, torch.float32, frames=1, prompts=5, batch=3, new_tokens=4, rounds=1)
CEILINGS = Ceilings(matrix_flops=1e12, copy_bytes=1e12)


@pytest.fixture(scope="module")
def loop() -> tuple[LoopFigures, Ids]:
    return measured_loop(TASK, 4)


def test_every_answer_of_the_loop_has_the_length_asked_for(loop: tuple[LoopFigures, Ids]) -> None:
    figures, said = loop
    assert figures.prompts == 4
    assert [len(own) for own in said] == [4] * 4
    assert len(set(said)) > 1


def test_an_engine_says_what_the_loop_says(loop: tuple[LoopFigures, Ids]) -> None:
    figures = measured_engine("transformers", TASK, CEILINGS, *loop)
    assert figures.engine == "transformers"
    assert (figures.same_as_loop, figures.compared) == (4, 4)
    assert figures.ratio_to_loop == pytest.approx(figures.tokens_per_s / loop[0].tokens_per_s)


def test_another_answer_is_seen(loop: tuple[LoopFigures, Ids]) -> None:
    figures, (first, *others) = loop
    forged = [(*first[:-1], first[-1] + 1), *others]
    assert measured_engine("transformers", TASK, CEILINGS, figures, forged).same_as_loop == 3


def test_decoding_reads_the_weights_each_step_and_the_cache_of_each_position(
    loop: tuple[LoopFigures, Ids],
) -> None:
    """Added up step by step: the first token of a prompt costs no step."""
    figures = measured_engine("transformers", TASK, CEILINGS, *loop)
    network = language_model(tiny(), CPU, torch.float32)
    position = cache_bytes_of_position(tiny(), torch.float32)
    prompts = random_prompts(tiny(), network, 5)
    read = 0
    for batch in (prompts[:3], prompts[3:]):
        for step in range(1, TASK.new_tokens):
            read += step_bytes(network) + sum(len(prompt) + step for prompt in batch) * position
    taken_s = 5 * TASK.new_tokens / figures.tokens_per_s
    assert figures.copy_share == pytest.approx(read / taken_s / CEILINGS.copy_bytes)


def test_the_cache_is_that_of_a_full_batch_at_its_end() -> None:
    position = cache_bytes_of_position(tiny(), torch.float32)
    assert cache_bytes(TASK, longest=100) == 3 * (100 + 4) * position


def test_padding_is_that_of_the_timed_rounds_alone(loop: tuple[LoopFigures, Ids]) -> None:
    """Twice the rounds pad twice as much of twice the positions."""
    shares = [
        measured_engine("deepspeed", replace(TASK, rounds=rounds), CEILINGS, *loop).padded_share
        for rounds in (1, 2)
    ]
    assert shares[0] == shares[1]
    assert shares[0] is not None
    assert 0 < shares[0] < 0.15
    assert measured_engine("transformers", TASK, CEILINGS, *loop).padded_share is None
