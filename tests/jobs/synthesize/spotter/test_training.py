"""The network learns what it is shown."""

import numpy as np
import pytest

from jobs.synthesize.spotter.lessons import Lesson
from jobs.synthesize.spotter.training import train
from stages.evidence.spotter.network import KINDS, UNITS
from stages.evidence.spotter.signals import signals
from tests.stages.evidence.movements import course, moving, signature, still

COUNT = 60
STEPS = 20


def _lesson(seed, unit):
    over = course(COUNT, 20 + seed, 24 + seed, 29 + seed)
    movement = moving(still(COUNT, seed=seed), signature(**{f"au{unit}": 0.8}), over)
    read = signals(movement, np.zeros(COUNT, bool))
    truth = np.zeros((len(read.times_s), len(KINDS), 1 + len(UNITS)), np.float32)
    within = (read.times_s > (20 + seed) / 25) & (read.times_s < (29 + seed) / 25)
    for column in (0, 1 + UNITS.index(unit)):
        truth[within, KINDS.index("micro"), column] = 1
    return Lesson(read, truth, (int(np.abs(read.times_s - (24 + seed) / 25).argmin()),))


@pytest.fixture(scope="module")
def trained():
    given = [_lesson(seed, unit) for seed in range(3) for unit in (4, 12)]
    losses: list[float] = []
    network = train(given, STEPS, 0, lambda _, loss: losses.append(loss))
    return given, network, losses


def test_the_loss_falls_and_each_step_is_told(trained):
    _, _, losses = trained
    assert len(losses) == STEPS
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) / 2


@pytest.mark.slow
def test_one_seed_gives_one_network(trained):
    given, network, _ = trained
    again = train(given, STEPS, 0, lambda *_: None)
    for name, array in again.exported().items():
        np.testing.assert_array_equal(array, network.exported()[name])
