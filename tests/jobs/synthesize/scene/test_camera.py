"""How the camera is held."""

import numpy as np

from jobs.synthesize.scene.camera import MARGIN, panned, shake, zoom
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


def test_a_camera_that_pans_turns_once_and_stays_within_the_margin() -> None:
    times_s = np.arange(150) / 25
    held = np.zeros((150, 2), np.float32)
    turned = [panned(held, times_s, np.random.default_rng(seed)) for seed in range(40)]
    pans = [one for one in turned if one.any()]
    assert 10 <= len(pans) <= 30
    for pan in pans:
        assert np.abs(pan).max() <= MARGIN
        assert not pan[:, 1].any()
        steps = np.diff(pan[:, 0])
        assert (steps >= 0).all() or (steps <= 0).all()
        assert abs(pan[-1, 0] - pan[0, 0]) > MARGIN


def test_a_lens_that_zooms_does_so_once_and_shows_nothing_beyond_the_picture() -> None:
    times_s = np.arange(150) / 25
    found = [zoom(times_s, np.random.default_rng(seed)) for seed in range(40)]
    zooms = [one for one in found if (one != 1).any()]
    assert 8 <= len(zooms) <= 26
    for one in zooms:
        assert one.min() == 1
        assert 1.05 <= one.max() <= 1.2
        steps = np.diff(one)
        assert (steps >= 0).all() or (steps <= 0).all()
