"""How the camera is held."""

import numpy as np

from jobs.synthesize.scene.camera import MARGIN, shake
from jobs.synthesize.scene.look import draw_look


def test_some_cameras_stand_and_none_leaves_what_is_drawn() -> None:
    steady = 0
    for seed in range(40):
        look = draw_look(np.random.default_rng(seed), 1080, 1)
        shifts = shake(look, 75, np.random.default_rng(seed))
        assert (shifts.shape, shifts.dtype) == ((75, 2), np.float32)
        assert np.abs(shifts).max() <= MARGIN
        steady += not shifts.any()
    assert 8 < steady < 32
