"""All prompts in one call, the longest first; fewer at once where the memory ends."""

from collections.abc import Sequence
from itertools import chain

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.engines.batching import answers
from stages.generate.engines.engine import Answer, Prompt, Sampling


class NarrowEngine:
    """Answers with the prompt's length; has memory for `limit` positions, padding included."""

    name = "narrow"

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.batches: list[list[int]] = []

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        lengths = [len(prompt) for prompt in prompts]
        size = at_once or max(len(lengths), 1)
        batches = [lengths[start : start + size] for start in range(0, len(lengths), size)]
        if any(max(batch) * len(batch) > self.limit for batch in batches):
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.batches += batches
        seeds = [0 if own is None else own.seed for own in sampling or [None] * len(prompts)]
        return [
            Answer((length, seed), (0.0, 0.0), True)
            for length, seed in zip(lengths, seeds, strict=True)
        ]


def prompt(length: int) -> Prompt:
    return Prompt(torch.zeros(length // 2, 2), "w", torch.zeros(length - length // 2, 2))


def asked(engine: NarrowEngine, lengths: list[int], batch_prompts: int) -> list[int]:
    given_back = answers(engine, [prompt(length) for length in lengths], 5, batch_prompts)
    return [answer.ids[0] for answer in given_back]


LENGTHS = st.lists(st.integers(1, 50), max_size=30)


@given(LENGTHS, st.integers(1, 8), st.integers(50, 400))
def test_every_prompt_has_its_own_answer(lengths: list[int], most: int, limit: int) -> None:
    engine = NarrowEngine(limit)
    assert asked(engine, lengths, most) == lengths
    assert all(len(batch) <= most for batch in engine.batches)
    assert sorted(chain.from_iterable(engine.batches)) == sorted(lengths)


@given(LENGTHS, st.integers(1, 8))
def test_every_prompt_keeps_its_own_seed(lengths: list[int], most: int) -> None:
    sampling = [Sampling(1.0, 1.0, seed) if seed % 3 else None for seed in range(len(lengths))]
    prompts = [prompt(length) for length in lengths]
    given_back = answers(NarrowEngine(400), prompts, 5, most, sampling)
    assert [answer.ids[1] for answer in given_back] == [
        seed if seed % 3 else 0 for seed in range(len(lengths))
    ]


def test_like_lengths_go_together_and_the_longest_first() -> None:
    engine = NarrowEngine(1000)
    asked(engine, [5, 40, 6, 41], 2)
    assert engine.batches == [[41, 40], [6, 5]]


def test_out_of_memory_is_said_and_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    asked(NarrowEngine(80), [20] * 8, 8)
    assert "lower generate.batch_prompts" in caplog.text


def test_one_prompt_too_large_is_not_tried_for_ever() -> None:
    with pytest.raises(torch.OutOfMemoryError):
        asked(NarrowEngine(80), [20, 81], 8)
