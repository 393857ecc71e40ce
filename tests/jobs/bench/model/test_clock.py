"""The clock repeats what it must, and the peak sees what is held inside it alone."""

import numpy as np
import torch

from jobs.bench.model.clock import once, peak_memory, seconds

CPU = torch.device("cpu")
HELD = 200_000_000


def test_the_first_round_does_not_count() -> None:
    done: list[int] = []
    assert seconds(lambda: done.append(1), CPU, rounds=4) >= 0
    assert len(done) == 1 + 4


def test_once_is_once() -> None:
    done: list[int] = []
    assert once(lambda: done.append(1), CPU) >= 0
    assert done == [1]


def test_what_is_held_inside_is_in_the_peak_and_what_went_before_is_not() -> None:
    before = np.ones(2 * HELD, np.uint8)
    del before
    with peak_memory(CPU) as empty:
        pass
    with peak_memory(CPU) as peak:
        held = np.ones(HELD, np.uint8)
        assert seconds(held.sum, CPU, rounds=1) > 0
    assert empty.bytes > 0
    assert 0.9 * HELD < peak.bytes - empty.bytes < 1.5 * HELD
