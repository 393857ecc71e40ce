"""Several conversations in one row are read as each by itself."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny
from stages.model.shared_beginning import (
    BEGINNING,
    PADDING,
    holds_several,
    positions,
    sight,
)

lengths = st.lists(st.integers(1, 6), max_size=4)


def _parts(shared: int, rests: Sequence[int], padded: int = 0) -> torch.Tensor:
    numbers = [BEGINNING] * shared
    for number, length in enumerate(rests, 1):
        numbers += [number] * length
    return torch.tensor([numbers + [PADDING] * padded])


@given(st.integers(1, 6), lengths, st.integers(0, 3))
def test_a_token_stands_where_it_stands_in_a_row_of_its_own(
    shared: int, rests: list[int], padded: int
) -> None:
    expected = list(range(shared))
    for length in rests:
        expected += range(shared, shared + length)
    found = positions(_parts(shared, rests, padded))[0].tolist()
    assert found == expected + [0] * padded


@given(st.integers(0, 6), lengths, st.integers(0, 3))
def test_a_token_sees_the_beginning_and_its_own_conversation_up_to_itself(
    shared: int, rests: list[int], padded: int
) -> None:
    parts = _parts(shared, rests, padded)
    if not parts.numel():
        return
    seen = sight(parts, torch.float32)[0, 0] == 0
    numbers = parts[0].tolist()
    for at, own in enumerate(numbers):
        for other, theirs in enumerate(numbers):
            assert bool(seen[at, other]) == (other <= at and theirs in {BEGINNING, own})


@pytest.mark.parametrize(
    ("parts", "several"), [([[0, 0, -1]], False), ([[0, 1, 2]], True), ([[0], [1]], True)]
)
def test_a_beginning_alone_is_one_conversation(parts: list[list[int]], several: bool) -> None:
    assert holds_several(torch.tensor(parts)) is several


@torch.inference_mode()
def test_what_is_said_is_what_is_said_in_rows_of_their_own() -> None:
    torch.manual_seed(0)
    model = MicroEmo(tiny()).eval()
    shared, rests = _words(7), [_words(3), _words(5), _words(1)]
    parts = _parts(len(shared), [len(rest) for rest in rests], padded=2)
    together = _logits(model, [*shared, *(token for rest in rests for token in rest), 0, 0], parts)
    place = len(shared)
    for rest in rests:
        alone = _logits(model, [*shared, *rest])[0]
        torch.testing.assert_close(together[0, : len(shared)], alone[: len(shared)])
        own = together[0, place : place + len(rest)]
        torch.testing.assert_close(own, alone[len(shared) :], atol=1e-5, rtol=1e-4)
        place += len(rest)


def _words(count: int) -> list[int]:
    return torch.randint(6, 4000, (count,)).tolist()


def _logits(model: MicroEmo, ids: list[int], parts: Any = None) -> torch.Tensor:
    rows = torch.full((1, len(ids)), -1)
    return model.answered(torch.tensor([ids]), rows, torch.zeros(1, 144), parts)
