"""Rows end and are replaced in any order, and every answer is that of its own prompt."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.engines.answering import Answering
from stages.generate.engines.buckets import Positions
from stages.generate.engines.engine import Answer, Prompt, Sampling
from stages.generate.engines.sampling import TokenChoice

END, MOST = 0, 9
BANNED = torch.zeros(0, dtype=torch.long)


class Counting:
    """In place of a model: the n-th token of prompt p is 100 p + n, up to the end that is given.

    Attributes:
        steps: the rows of each.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = lengths
        self._said: list[tuple[int, int]] = []  # of each slot: whose row, and tokens so far
        self.steps: list[int] = []

    def arrange(self, order: Sequence[int]) -> None:
        said = [*self._said, *[(-1, 0)] * len(order)]
        self._said = [said[old] for old in order]

    def begin(
        self, prompts: Sequence[Prompt], prefixes: Mapping[str, Any], slots: Sequence[int]
    ) -> torch.Tensor:
        for prompt, slot in zip(prompts, slots, strict=True):
            assert self._said[slot] == (-1, 0)
            self._said[slot] = (int(prompt.prefix_id), 0)
        return self._logits(slots)

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        assert tokens.tolist() == [self._token(*said) for said in self._said]
        self._said = [(prompt, said + 1) for prompt, said in self._said]
        assert all(said < MOST for _, said in self._said)
        self.steps.append(len(self._said))
        return self._logits(range(len(self._said)))

    def _token(self, prompt: int, said: int) -> int:
        assert prompt >= 0
        return END if said == self._lengths[prompt] else 100 * (prompt + 1) + said

    def _logits(self, slots: Sequence[int]) -> torch.Tensor:
        logits = torch.zeros(len(slots), 100 * (len(self._lengths) + 2))
        for row, slot in zip(logits, slots, strict=True):
            row[self._token(*self._said[slot])] = 50
        return logits


def answered(
    lengths: Sequence[int], slots: int, look_every: int
) -> tuple[dict[int, Answer], Counting, Positions]:
    """The answers to as many prompts, which end after so many tokens."""
    decoding, positions = Counting(lengths), Positions()
    rows = Answering(
        decoding,  # type: ignore[arg-type]
        TokenChoice(BANNED, MOST, []),
        frozenset({END}),
        most=MOST,
        slots=slots,
        look_every=look_every,
        positions=positions,
    )
    waiting = list(range(len(lengths)))
    found: dict[int, Answer] = {}
    while waiting or rows.size:
        new, waiting = waiting[: rows.free], waiting[rows.free :]
        sampling = [Sampling(1.0, 0.9, index) if index % 2 else None for index in new]
        nothing = torch.zeros(1, 1)
        prompts = {index: Prompt(nothing, str(index), nothing) for index in new}
        for index, answer in rows.renew(prompts, {}, TokenChoice(BANNED, MOST, sampling)):
            assert index not in found
            found[index] = answer
        if rows.size:
            assert rows.size <= slots
            rows.go_on()
    return found, decoding, positions


@given(
    st.lists(st.integers(0, MOST + 3), max_size=25),
    st.integers(1, 8),
    st.integers(1, MOST + 3),
)
def test_every_prompt_has_its_own_answer_to_its_own_end(
    lengths: list[int], slots: int, look_every: int
) -> None:
    found, _, positions = answered(lengths, slots, look_every)
    assert sorted(found) == list(range(len(lengths)))
    for index, length in enumerate(lengths):
        answer = found[index]
        count = min(length, MOST)
        assert answer.ids == tuple(100 * (index + 1) + at for at in range(count))
        assert answer.logprobs == pytest.approx([0.0] * count, abs=1e-5)
        assert answer.finished == (length < MOST)
    # A token a step from the second on, and an end token too is one.
    chosen = sum(min(length + 1, MOST) - 1 for length in lengths)
    assert positions.used == positions.computed - positions.padded == chosen


def test_a_slot_is_taken_at_once_and_none_is_computed_empty() -> None:
    lengths = [2, 8, 5, 1, 3, 8, 2, 4, 8, 1]
    _, decoding, positions = answered(lengths, 3, look_every=1)
    busy = decoding.steps[: -max(lengths)]
    assert busy
    assert set(busy) == {3}
    assert positions.padded == 0
    assert decoding.steps[-1] == 1


def test_what_comes_behind_an_end_before_the_host_looks_is_padding() -> None:
    _, decoding, positions = answered([1, 6], 2, look_every=4)
    # The end comes in the first step of four; two more steps are for the other row alone.
    assert decoding.steps == [2, 2, 2, 2, 1, 1, 1, 1]
    assert positions.padded == 3 + 2
    assert positions.places == 2 * 8
