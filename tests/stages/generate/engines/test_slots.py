"""A slot holds what is put there, wherever its row is, and nothing of who had it before."""

from typing import Any

import pytest
import torch

from stages.generate.engines.slots import Layers, Slots

HEADS, WIDTH, DEPTH = 2, 4, 3


def layers(length: int, seed: int) -> Layers:
    generator = torch.Generator().manual_seed(seed)

    def states() -> torch.Tensor:
        return torch.randn(HEADS, length, WIDTH, generator=generator)

    return [(states(), states()) for _ in range(DEPTH)]


def added(cache: Any, rows: int, value: float) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """One position more of each row, in every layer; what a pass then sees."""
    states = torch.full((rows, HEADS, 1, WIDTH), value)
    return [cache.update(states, states, depth) for depth in range(DEPTH)]


def test_a_pass_writes_each_row_at_its_own_position_and_sees_the_first_ones() -> None:
    slots = Slots(3, 8)
    long, short = layers(5, 0), layers(2, 1)
    slots.put(long, [0, 2])
    slots.put(short, [1])
    seen = added(slots.first(3, torch.tensor([[5], [2], [5]]), 6), 3, 7.0)
    for (keys, values), one, other in zip(seen, long, short, strict=True):
        assert keys.shape == values.shape == (3, HEADS, 6, WIDTH)
        for row, (prefix, length) in enumerate([(one, 5), (other, 2), (one, 5)]):
            assert torch.equal(keys[row, :, :length], prefix[0])
            assert torch.equal(values[row, :, :length], prefix[1])
            assert (keys[row, :, length] == 7).all()
            assert not keys[row, :, length + 1 :].any()


def test_memory_stays_where_it_is_and_a_pass_over_the_first_copies_nothing() -> None:
    slots = Slots(2, 8)
    slots.put(layers(3, 0), [0, 1])
    stands = {
        added(slots.first(2, torch.tensor([[3 + step]] * 2), 4 + step), 2, 1.0)[0][0].data_ptr()
        for step in range(4)
    }
    assert len(stands) == 1


def test_some_slots_are_passed_over_without_the_others() -> None:
    slots = Slots(3, 8)
    for slot in range(3):
        slots.put(layers(2 + slot, slot), [slot])
    seen = added(slots.some([2, 0], torch.tensor([[4], [2]]), 5), 2, 7.0)
    assert torch.equal(seen[1][1][0, :, :4], layers(4, 2)[1][1])
    assert torch.equal(seen[1][1][1, :, :2], layers(2, 0)[1][1])
    untouched = added(slots.first(3, torch.tensor([[7]] * 3), 8), 3, 0.0)
    assert not untouched[0][0][1, :, 3:].any()


def test_a_row_that_moves_takes_along_all_that_it_has() -> None:
    slots = Slots(3, 8)
    for slot in range(3):
        slots.put(layers(3, slot), [slot])
    slots.move([2, 1], [0, 2])
    seen = added(slots.first(3, torch.tensor([[3]] * 3), 4), 3, 0.0)
    assert torch.equal(seen[0][0][0, :, :3], layers(3, 2)[0][0])
    assert torch.equal(seen[0][0][2, :, :3], layers(3, 1)[0][0])


@pytest.mark.parametrize("left", [float("nan"), float("inf")])
def test_nothing_is_left_of_who_had_the_slot_before(left: float) -> None:
    """What is hidden counts for nothing times itself, and nothing times infinity is no number."""
    slots = Slots(1, 8)
    slots.put(layers(2, 0), [0])
    added(slots.first(1, torch.tensor([[5]]), 8), 1, left)
    slots.put(layers(2, 1), [0])
    seen = added(slots.first(1, torch.tensor([[2]]), 8), 1, 1.0)
    assert all(states.isfinite().all() for both in seen for states in both)
