"""The network: convolutions over time, in NumPy.

Each of its blocks adds to a state of H numbers for each sample what it sees of the samples around,
further away from block to block. `jobs.synthesize.spotter` trains it, README.md beside this file
says on what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stages.evidence.spotter.signals import Signals

FILE = Path(__file__).with_name("spotter.npz")

KINDS: tuple[Literal["micro"], Literal["macro"]] = ("micro", "macro")
UNITS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 20, 23, 24, 25, 26)
"""Numbers of FACS that it knows."""
APART = (1, 2, 4, 8)  # samples between those that a block sees
SEES = 5  # samples that a block sees of each state

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Chances:
    """What the network makes of each of m samples.

    Attributes:
        times_s: [m] seconds.
        expression: float64 [m, 2], the chance that an expression of each of `KINDS` is under way.
        units: float64 [m, 2, U], that it moves each of `UNITS`.
    """

    times_s: NDArray[np.float64]
    expression: Array
    units: Array


def chances(read: Signals) -> Chances:
    """What the network of the package makes of a face: the mean over it and its mirror image."""
    weights = load_weights()
    both = [forward(one.columns(), weights) for one in (read, read.mirrored())]
    mean = np.mean(both, axis=0).reshape(len(read.times_s), len(KINDS), 1 + len(UNITS))
    return Chances(read.times_s, mean[:, :, 0], mean[:, :, 1:])


def forward(columns: NDArray[np.float32], weights: Mapping[str, Array]) -> Array:
    """Chances [m, 2 (1 + U)] of columns [m, 5 P + 1]."""
    # In float64, or the number of threads would show in the sums.
    state = _through("first", columns.astype(np.float64), weights)
    for number, apart in enumerate(APART):
        seen = _positive(_through(f"around_{number}", _around(state, apart), weights))
        state += _through(f"inward_{number}", seen, weights)
    told = _through("last", _positive(state), weights)
    return np.asarray(1 / (1 + np.exp(-np.clip(told, -50, 50))))


def _through(layer: str, given: Array, weights: Mapping[str, Array]) -> Array:
    return np.asarray(given @ weights[layer] + weights[f"{layer}_bias"])


def _around(state: Array, apart: int) -> Array:
    """Each sample of a state [m, H] with those around it, nothing beyond the ends: [m, SEES H]."""
    reach = SEES // 2 * apart
    padded = np.pad(state, ((reach, reach), (0, 0)))
    return np.hstack([padded[apart * step : apart * step + len(state)] for step in range(SEES)])


def _positive(state: Array) -> Array:
    return np.maximum(state, 0.0)


@cache
def load_weights() -> dict[str, Array]:
    """The weights of the package, matrices from the left."""
    with np.load(FILE, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float64) for name in stored.files}
