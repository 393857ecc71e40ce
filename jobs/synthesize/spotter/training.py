"""Trains the network on stretches of lessons, each a little different every time."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobs.synthesize.spotter.grafts import Graft, find_grafts, graft_on
from jobs.synthesize.spotter.lessons import Lesson
from jobs.synthesize.spotter.network import COLUMNS, OUTPUTS, SpotterNetwork
from stages.evidence.movement.points import PLACES
from stages.evidence.spotter.network import KINDS, UNITS
from stages.evidence.spotter.signals import RATE, Signals

STRETCH = round(3.2 * RATE)  # samples of a lesson at a time
STRETCHES = 32  # a step
RATE_OF_LEARNING, WARMUP = 2e-3, 0.1
WEIGHT_DECAY = 0.02
DROPOUT = 0.2
LOUDER = (0.8, 1.25)  # times the movement
UNREST = 0.15  # pixels, at most: of each sample, and of where a face is at rest
GRAFTED = 0.5  # of the stretches: another face's micro-expression is laid over
FOREIGN = 0.1  # of the stretches: something moves that is no face
REACH, LASTS_S = (15.0, 60.0), (0.1, 3.0)  # of it: pixels, seconds
AWAY, STRANGE = (0.2, 3.0), (0.0, 0.3)  # pixels; shares of the contrast
MICRO, UNDER_WAY = 3.0, 3.0  # how much more these count than macro-expressions and their units


def train(
    given: Sequence[Lesson], steps: int, seed: int, on_progress: Callable[[int, float], None]
) -> SpotterNetwork:
    """Train a network from nothing.

    Args:
        given: the lessons.
        steps: of the optimizer.
        seed: of the weights and of what is drawn.
        on_progress: is told the number of the step and its loss.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = SpotterNetwork(DROPOUT)
    optimizer = torch.optim.AdamW(network.parameters(), RATE_OF_LEARNING, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE_OF_LEARNING, steps, pct_start=WARMUP
    )
    weights = torch.ones(len(KINDS), 1 + len(UNITS))
    weights[KINDS.index("micro")] *= MICRO
    weights[:, 0] *= UNDER_WAY
    brief = [(lesson, at) for lesson in given for at in lesson.brief]
    grafts = find_grafts(given)
    for step in range(1, steps + 1):
        columns, truth, there = _batch(given, brief, grafts, rng)
        wrong = nn.functional.binary_cross_entropy_with_logits(
            network(columns, there), truth, reduction="none"
        )
        counts = there * weights.reshape(1, 1, -1)
        loss = (wrong * counts).sum() / counts.sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        on_progress(step, loss.item())
    return network.eval()


def _batch(
    given: Sequence[Lesson],
    brief: Sequence[tuple[Lesson, int]],
    grafts: Sequence[Graft],
    rng: np.random.Generator,
) -> tuple[Tensor, Tensor, Tensor]:
    """Columns, truth and where there are any, of which every second has a micro-expression."""
    columns = np.zeros((STRETCHES, STRETCH, COLUMNS), np.float32)
    truth = np.zeros((STRETCHES, STRETCH, OUTPUTS), np.float32)
    there = np.zeros((STRETCHES, STRETCH, 1), np.float32)
    for number in range(STRETCHES):
        if number % 2 and brief:
            lesson, at = brief[int(rng.integers(len(brief)))]
            first = at - int(rng.integers(STRETCH))
        else:
            lesson = given[int(rng.integers(len(given)))]
            first = int(rng.integers(max(1, len(lesson.truth) - STRETCH + 1)))
        first = max(0, min(first, len(lesson.truth) - STRETCH))
        part = slice(first, first + STRETCH)
        read, told = _changed(lesson, part, grafts, rng)
        length = len(told)
        columns[number, :length], truth[number, :length] = read, told.reshape(length, -1)
        there[number, :length] = 1
    return torch.from_numpy(columns), torch.from_numpy(truth), torch.from_numpy(there)


def _changed(
    lesson: Lesson, part: slice, grafts: Sequence[Graft], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A stretch as another face, another camera or another moment might have shown it."""
    whole = lesson.signals
    shifts, truth = whole.shifts[part].copy(), lesson.truth[part].copy()
    if grafts and rng.random() < GRAFTED:
        graft_on(shifts, truth, grafts[int(rng.integers(len(grafts)))], rng)
    shifts = shifts * rng.uniform(*LOUDER)
    misfits = whole.misfits[part].astype(np.float64)
    moved = shifts + rng.normal(0, UNREST * rng.random(), shifts.shape)
    moved += rng.normal(0, UNREST, shifts.shape[1:])
    if rng.random() < FOREIGN:
        moved, misfits = _with_something_foreign(moved, misfits, rng)
    read = Signals(
        whole.times_s[part],
        moved.astype(np.float32),
        misfits.astype(np.float32),
        whole.speaking[part],
    )
    if rng.random() < 0.5:
        read = read.mirrored()
    return read.columns(), truth


def _with_something_foreign(
    shifts: NDArray[np.float64], misfits: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A hand, hair or a shadow over a part of the face: points go their own ways for a while."""
    middle, reach = PLACES[rng.integers(len(PLACES)), :2], rng.uniform(*REACH)
    touched = np.linalg.norm(PLACES[:, :2] - middle, axis=1) <= reach
    length = len(shifts)
    begins, lasts = rng.integers(length), rng.uniform(*LASTS_S) * RATE
    phase = np.clip((np.arange(length) - begins) / lasts, 0, 1)
    over = np.sin(np.pi * phase)[:, None] * touched
    away = rng.normal(0, rng.uniform(*AWAY), shifts.shape[1:])
    strange = rng.uniform(*STRANGE)
    return shifts + over[:, :, None] * away, misfits + over * strange
