"""What is behind people, and what is shown where nobody is."""

from collections.abc import Callable

import numpy as np
import pytest

from jobs.synthesize.scene.background import Picture, draw_background, draw_still_life


@pytest.mark.parametrize("draw", [draw_background, draw_still_life])
def test_every_place_is_a_picture_and_follows_from_its_seed(
    draw: Callable[[np.random.Generator, int, int], Picture],
) -> None:
    for seed in range(15):
        picture, again = (draw(np.random.default_rng(seed), 96, 140) for _ in range(2))
        assert picture.shape == (96, 140, 3)
        assert np.isfinite(picture).all()
        assert 0 <= picture.min() < picture.max() <= 1
        assert np.array_equal(picture, again)
