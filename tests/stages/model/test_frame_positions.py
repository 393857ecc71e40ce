"""A frame position embedding of another length."""

import pytest
import torch

from stages.model.frame_positions import stretched


def _positions(count: int) -> torch.Tensor:
    return torch.randn(count, 6, generator=torch.Generator().manual_seed(0))


def test_from_32_to_96_each_place_stands_three_times() -> None:
    positions = _positions(32)
    longer = stretched(positions, 96)
    assert longer.shape == (96, 6)
    assert all(torch.equal(row, positions[place // 3]) for place, row in enumerate(longer))


@pytest.mark.parametrize("frames", [1, 5, 31, 32, 33, 100])
def test_every_place_takes_the_value_of_one_in_order(frames: int) -> None:
    numbers = torch.arange(32.0).unsqueeze(1)
    taken = stretched(numbers, frames)[:, 0]
    assert taken[0] == 0
    assert (taken.diff() >= 0).all()
    exact = torch.arange(frames, dtype=torch.float64) * 32 / frames
    assert ((taken - exact) <= 0).all()
    assert ((exact - taken) <= 1).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_the_same_length_and_type_stay(dtype: torch.dtype) -> None:
    positions = _positions(96).to(dtype)
    assert torch.equal(stretched(positions, 96), positions)
