"""Movements of a face as they would be measured, made of what action units do."""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import PLACES, named
from stages.evidence.norms import load_norms

Array = NDArray[np.float64]

FPS = 25.0
NOISE = 0.04  # pixels from patch to patch, of each point
CONTRAST = 40.0


def still(count: int, *, fps: float = FPS, seed: int = 0) -> Movement:
    """A face that does nothing, for so many patches."""
    rng = np.random.default_rng(seed)
    return Movement(
        times_s=np.arange(count) / fps,
        shifts=rng.normal(0, NOISE, (count, len(PLACES), 2)).astype(np.float32),
        misfits=rng.normal(2, 0.1, (count, len(PLACES))).astype(np.float32),
        contrast=CONTRAST,
    )


def course(count: int, onset: int, apex: int, offset: int, held: int = 0) -> Array:
    """0 at rest, 1 at the apex and for `held` patches on, up and down as half a cosine; [count]."""
    at = [onset, apex, apex + held, offset + held]
    phase = np.interp(np.arange(count), at, [0, 1, 1, 0])
    return np.asarray((1 - np.cos(np.pi * phase)) / 2)


def signature(**strengths: float) -> Array:
    """What units do together, [P, 2] pixels; `au12L=0.3` is the corner at the left of a patch."""
    units = load_norms().units
    moved = sum(strength * units[name.removeprefix("au")] for name, strength in strengths.items())
    return np.reshape(np.asarray(moved), (-1, 2))


def moving(movement: Movement, shifts: Array, over: Array) -> Movement:
    """The same face when it also shifts [P, 2] over a course [n]."""
    moved = movement.shifts + over[:, None, None] * shifts
    return Movement(movement.times_s, moved.astype(np.float32), movement.misfits, movement.contrast)


def blinking(movement: Movement, over: Array, misfit: float = 20.0) -> Movement:
    """The same face when its lids close over a course [n]: brows and cheeks move a little too."""
    misfits = movement.misfits.copy()
    misfits[:, named("upper_lid", "lower_lid")] += (misfit * over[:, None]).astype(np.float32)
    closed = moving(movement, signature(au45=0.6), over)
    return Movement(movement.times_s, closed.shifts, misfits, movement.contrast)
