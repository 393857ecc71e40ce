"""Light that changes while a clip is filmed: a lamp is switched, a cloud passes, a lens adapts."""

from typing import Literal

import numpy as np
import numpy.typing as npt

_WAYS: dict[Literal["steady", "slow", "step"], float] = {"steady": 0.3, "slow": 0.35, "step": 0.35}
_SLOW_MOST, _SLOW_EVERY_S = 0.15, (3.0, 8.0)
_STEP = (0.1, 0.25)  # share of the light that comes or goes
_STEP_S = (0.0, 0.15)  # how long that takes


def changing_light(
    times_s: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """The factor on the light in each frame, float32 [n]: 1 throughout, a slow swell, or a step.

    Args:
        times_s: float64 [n], of each frame.
        rng: chooses which, when and how much.
    """
    way = rng.choice(list(_WAYS), p=list(_WAYS.values()))
    factors = np.ones(len(times_s))
    if way == "slow":
        phase = times_s / rng.uniform(*_SLOW_EVERY_S) + rng.random()
        factors += rng.uniform(0.3, 1) * _SLOW_MOST * np.sin(2 * np.pi * phase)
    elif way == "step":
        begins_s = rng.uniform(0.2, 0.8) * times_s[-1]
        lasts_s = max(rng.uniform(*_STEP_S), 1e-3)
        gone = np.clip((times_s - begins_s) / lasts_s, 0, 1)
        factors += rng.choice([-1, 1]) * rng.uniform(*_STEP) * gone
    found: npt.NDArray[np.float32] = factors.astype(np.float32)
    return found
