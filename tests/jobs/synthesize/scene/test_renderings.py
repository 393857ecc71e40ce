"""Pictures in another rendering."""

import numpy as np
import pytest
import torch

from jobs.synthesize.scene.renderings import KINDS, draw_rendering

HEIGHT, WIDTH = 64, 86


@pytest.fixture
def pictures() -> torch.Tensor:
    rng = np.random.default_rng(4)
    rough = torch.from_numpy(rng.random((3, 3, 32, 43), np.float32))
    return torch.nn.functional.interpolate(rough, (HEIGHT, WIDTH), mode="bicubic").clamp(0, 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_rendering_keeps_the_size_and_changes_what_is_seen(kind, pictures) -> None:
    before = pictures.clone()
    rendered = kind(np.random.default_rng(7), HEIGHT, WIDTH)(pictures)
    assert rendered.shape == pictures.shape
    assert rendered.dtype == torch.float32
    assert (rendered.clamp(0, 1) - before).abs().mean() > 0.015
    assert torch.equal(pictures, before)


def test_the_same_draws_render_the_same(pictures) -> None:
    for seed in range(20):
        one, other = (
            draw_rendering(np.random.default_rng(seed), HEIGHT, WIDTH)(pictures) for _ in "ab"
        )
        assert torch.equal(one, other)
        assert 0 <= float(one.min()) <= float(one.max()) <= 1
