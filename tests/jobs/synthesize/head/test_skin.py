"""The colour of the skin."""

from dataclasses import replace

import numpy as np

from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.skin import cloth_share, skin_colours

COMPLEXION = replace(
    identity_of(load_mesh(), "dev", 3).complexion, stubble=0.0, freckles=0.0, make_up=0.0
)


def _at(*places: tuple[float, float, float], lips: float = 0.0, stubble: float = 0.0) -> float:
    """The mean brightness of the skin at some places."""
    complexion = replace(COMPLEXION, stubble=stubble)
    rest = np.array(places, np.float32)
    lip, lids = np.full(len(rest), lips, np.float32), np.zeros(len(rest), np.float32)
    return float(skin_colours(rest, lip, lids, complexion, 66.0).mean())


def _chin() -> list[tuple[float, float, float]]:
    return [(x, 6.4, 1.4) for x in np.linspace(-0.1, 0.1, 50)]


def test_brows_are_hair_over_the_eyes() -> None:
    brows = [(side * x, 7.49, 1.3) for side in (-1, 1) for x in np.linspace(0.2, 0.35, 20)]
    rest = np.array(brows, np.float32)
    nothing = np.zeros(len(rest), np.float32)
    colours = skin_colours(rest, nothing, nothing, COMPLEXION, 66.0)
    to_brow = np.abs(colours - COMPLEXION.brows).mean()
    assert to_brow < np.abs(colours - COMPLEXION.skin).mean()


def test_a_beard_grows_on_the_chin() -> None:
    assert _at(*_chin(), stubble=1.0) != _at(*_chin())
    assert _at((0, 7.9, 1.3), stubble=1.0) == _at((0, 7.9, 1.3))  # and not the forehead


def test_lips_have_their_own_colour() -> None:
    rest = np.array([(0.05, 6.68, 1.45)] * 2, np.float32)
    lips, lids = np.array((0, 1), np.float32), np.zeros(2, np.float32)
    bare, lip = skin_colours(rest, lips, lids, COMPLEXION, 66.0)
    assert np.abs(lip - COMPLEXION.lips).max() < np.abs(bare - COMPLEXION.lips).max()


def test_cloth_lies_below_the_neck() -> None:
    rest = np.array([(0, 7.5, 1.3), (0, 4.5, 0.8)], np.float32)
    assert cloth_share(rest, COMPLEXION).tolist() == [0, 1]
