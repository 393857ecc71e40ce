"""The light on a scene."""

import numpy as np

from jobs.synthesize.head.light import Light, draw_light, gloss, shade

SIDES = np.array([(1, 0, 0), (-1, 0, 0), (0, 0, 1)], np.float32)
WHOLE = np.ones(3, np.float32)


def _from_left() -> Light:
    grey = np.full(3, 0.6, np.float32)
    return Light(np.array((1, 0, 0), np.float32), grey, grey)


def test_lights_shine_from_before_the_face() -> None:
    for seed in range(50):
        light = draw_light(np.random.default_rng(seed))
        assert np.isclose(np.linalg.norm(light.towards), 1, atol=1e-5)
        assert light.towards[2] > 0
        assert light.towards[1] > 0
        assert min(light.main.min(), light.around.min()) > 0


def test_what_faces_the_light_is_brighter_and_shadow_and_hollows_are_darker() -> None:
    towards, away, _ = shade(SIDES, WHOLE, WHOLE, _from_left()).mean(axis=1)
    assert towards > 1.5 * away
    assert (shade(SIDES, WHOLE, 0 * WHOLE, _from_left())[0] < towards).all()
    assert (shade(SIDES, 0.3 * WHOLE, WHOLE, _from_left())[0] < towards).all()


def test_there_is_no_highlight_in_shadow() -> None:
    assert gloss(SIDES, WHOLE, _from_left(), 20).max() > 0
    assert not gloss(SIDES, 0 * WHOLE, _from_left(), 20).any()
