"""How far parts of a face are from where they usually are."""

import numpy as np
import pytest
import torch

from stages.model.displacement import CELL, CHANNELS, brightness, displacement

SIDE = 112
RIM = 2  # cells beside the rim, whose windows hold what has come in


def _face(right: float = 0.0, down: float = 0.0, seed: int = 0) -> torch.Tensor:
    """[1, S, S, 3] uint8: smooth waves in all directions, moved by pixels."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE].astype(float)
    grey = np.full((SIDE, SIDE), 128.0)
    for _ in range(12):
        angle, length, phase = draw.uniform(0, [2 * np.pi, 1, 2 * np.pi])
        wave = 2 * np.pi / (14 + 20 * length)
        along = np.cos(angle) * (x - right) + np.sin(angle) * (y - down)
        grey += 12 * np.sin(wave * along + phase)
    picture = grey.clip(0, 255).round().astype(np.uint8)
    return torch.from_numpy(np.repeat(picture[None, ..., None], 3, axis=3))


def _moved(seen: torch.Tensor, usual: torch.Tensor) -> torch.Tensor:
    (found,) = displacement(brightness(seen), brightness(usual))
    assert found.shape == (CHANNELS, SIDE // CELL, SIDE // CELL)
    return found[:, RIM:-RIM, RIM:-RIM]


@pytest.mark.parametrize(("right", "down"), [(1.0, 0.0), (0.0, -1.0), (-0.5, 0.5), (1.5, 1.0)])
def test_a_shift_is_found_in_half_pixels(right: float, down: float) -> None:
    found = _moved(_face(right, down), _face())
    assert found[0].median().item() == pytest.approx(right / 2, abs=0.12)
    assert found[1].median().item() == pytest.approx(down / 2, abs=0.12)


def test_where_nothing_moved_all_is_zero() -> None:
    assert torch.count_nonzero(_moved(_face(), _face())) == 0


def test_what_moved_in_one_place_is_found_there() -> None:
    seen = _face()
    seen[:, 48:80, 48:80] = _face(1.5)[:, 48:80, 48:80]
    (found,) = displacement(brightness(seen), brightness(_face()))
    there = torch.zeros(SIDE // CELL, SIDE // CELL, dtype=torch.bool)
    there[6:10, 6:10] = True
    near = torch.nn.functional.max_pool2d(there[None].float(), 5, 1, 2)[0] > 0
    assert found[0][there].median() > 0.4
    assert found[0][~near].abs().max() < 0.1


def test_a_change_of_light_is_no_movement() -> None:
    face = _face().to(torch.int64)
    ramp = torch.linspace(0, 24, SIDE).round().to(torch.int64)
    lit = (face + ramp.view(1, 1, -1, 1)).clamp(0, 255).to(torch.uint8)
    found = _moved(lit, _face())
    assert found[:2].abs().median() < 0.1


def test_a_plain_face_moves_nowhere() -> None:
    plain = torch.full((1, SIDE, SIDE, 3), 90, dtype=torch.uint8)
    grain = plain + torch.randint(0, 3, plain.shape, dtype=torch.uint8)
    assert _moved(grain, plain)[:2].abs().max() < 0.2


def test_what_is_far_is_held_within_bounds() -> None:
    found = _moved(_face(seed=1), _face(seed=2))
    assert found.isfinite().all()
    assert found.abs().max() <= 3
