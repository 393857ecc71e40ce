"""Undoing shifts."""

import numpy as np
import torch

from jobs.synthesize.head.sampling import (
    filled,
    look_up,
    look_up_in_one,
    thinned,
    undo,
    undo_falling,
)


def _grid(size: int) -> torch.Tensor:
    rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    return torch.stack([columns, rows]).float()[None]


def test_planes_are_looked_up_between_pixels() -> None:
    planes = _grid(9)
    places = torch.tensor([[[[2.25, 7.0]], [[3.5, 0.0]]]])
    assert torch.allclose(look_up(planes, places), places, atol=1e-5)
    assert torch.allclose(look_up_in_one(planes[0], places), places, atol=1e-5)


def test_shifting_what_was_found_gives_the_place() -> None:
    grid = _grid(40)
    waves = 2.5 * torch.sin(grid / 7) + 1.0
    found = undo(waves, grid, rounds=12)
    inner = (slice(None), slice(None), slice(6, 34), slice(6, 34))
    back = found + look_up(waves, found)
    assert torch.allclose(back[inner], grid[inner], atol=0.05)


def test_a_lid_that_stretches_is_undone_too() -> None:
    """Skin of three rows is drawn over twelve: going back and forth would not settle on it."""
    grid = _grid(40)
    shift = torch.zeros(1, 2, 40, 40)
    shift[:, 1] = (12 * ((grid[0, 1] - 15) / 3).clamp(0, 1))[None]
    found = undo_falling(shift, grid, rounds=12)
    back = found + look_up(shift, found)
    assert torch.allclose(back[:, 1, 2:], grid[:, 1, 2:], atol=0.1)


def test_a_thinned_grid_is_filled_again() -> None:
    grid = 1.5 * _grid(21) - 3
    coarse = thinned(grid, 3)
    assert coarse.shape[-2:] == (7, 7)
    assert np.allclose(filled(coarse, 21, 21), grid, atol=1e-4)
