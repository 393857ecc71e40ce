"""Light that changes while a clip is filmed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from jobs.synthesize.scene.changing_light import changing_light

TIMES_S = np.arange(150) / 25


@given(some.integers(0, 2**32 - 1))
def test_no_picture_is_lost_in_the_dark_or_in_the_light(seed: int) -> None:
    found = changing_light(TIMES_S, np.random.default_rng(seed))
    assert found.shape == TIMES_S.shape
    assert 0.7 <= found.min() <= found.max() <= 1.3


def test_it_keeps_still_or_swells_or_steps() -> None:
    found = [changing_light(TIMES_S, np.random.default_rng(seed)) for seed in range(60)]
    fastest = np.array([np.abs(np.diff(one)).max() for one in found])
    steps = fastest > 0.02
    steady = fastest == 0
    assert min(steps.sum(), steady.sum(), (~steps & ~steady).sum()) >= 10
