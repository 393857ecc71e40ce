"""From light to the numbers that are encoded."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from jobs.synthesize.scene.developing import Stock
from jobs.synthesize.scene.look import draw_look

LOOK = replace(draw_look(np.random.default_rng(0), 64, 1), height=64, width=80, grain=0.0)


@pytest.mark.parametrize(
    ("colour", "planes"),
    [  # BT.601, limited range
        ((0.0, 0.0, 0.0), (16, 128, 128)),
        ((1.0, 1.0, 1.0), (235, 128, 128)),
        ((1.0, 0.0, 0.0), (81, 90, 240)),
        ((0.0, 0.0, 1.0), (41, 240, 110)),
    ],
)
def test_colours_become_their_planes(
    colour: tuple[float, ...], planes: tuple[int, int, int]
) -> None:
    picture = torch.tensor(colour)[None, :, None, None].expand(1, 3, 64, 80)
    (found,) = Stock(LOOK, np.random.default_rng(1)).develop(picture)
    assert (found.shape, found.dtype) == ((96, 80), np.uint8)
    chroma = found[64:].reshape(2, -1)
    assert [int(np.median(part)) for part in (found[:64], *chroma)] == pytest.approx(planes, abs=1)


def test_grain_is_as_strong_as_the_look_says_and_new_in_each_frame() -> None:
    grey = torch.full((2, 3, 64, 80), 0.5)
    first, second = Stock(replace(LOOK, grain=3.0), np.random.default_rng(1)).develop(grey)
    assert first[:64].astype(float).std() == pytest.approx(3, rel=0.1)
    assert (first != second).mean() > 0.5
