"""Batches of like length, in the caller's order, halved where the memory ends."""

from collections.abc import Sequence
from itertools import chain

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.batching import answers
from stages.generate.engine import Answer


class NarrowEngine:
    """Answers with the prompt's length; has memory for `limit` positions, padding included."""

    name = "narrow"

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.batches: list[list[int]] = []

    def generate(self, prompts: Sequence[torch.Tensor], max_new_tokens: int) -> list[Answer]:
        lengths = [len(prompt) for prompt in prompts]
        if max(lengths) * len(lengths) > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.batches.append(lengths)
        return [Answer((length,), (0.0,), True) for length in lengths]


def asked(engine: NarrowEngine, lengths: list[int], batch_prompts: int) -> list[int]:
    given_back = answers(
        engine, lengths, lambda index: torch.zeros(lengths[index], 2), 5, batch_prompts
    )
    return [answer.ids[0] for answer in given_back]


LENGTHS = st.lists(st.integers(1, 50), max_size=30)


@given(LENGTHS, st.integers(1, 8), st.integers(50, 400))
def test_every_prompt_has_its_own_answer(lengths: list[int], most: int, limit: int) -> None:
    engine = NarrowEngine(limit)
    assert asked(engine, lengths, most) == lengths
    assert all(len(batch) <= most for batch in engine.batches)
    assert sorted(chain.from_iterable(engine.batches)) == sorted(lengths)


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
