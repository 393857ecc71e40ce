"""What the network reads of a face."""

import numpy as np
import pytest

from stages.evidence.movement.points import named
from stages.evidence.spotter.signals import RATE, signals
from tests.stages.evidence.movements import course, moving, signature, still

QUIET = np.zeros(100, bool)


def _read(movement, speaking=None):
    count = len(movement.times_s)
    return signals(movement, np.zeros(count, bool) if speaking is None else speaking)


@pytest.mark.parametrize("fps", [5, 12.5, 24, 25, 30])
def test_patches_of_any_rate_are_read_thirty_times_a_second(fps):
    movement = still(round(4 * fps), fps=fps)
    read = _read(movement)
    assert np.diff(read.times_s) == pytest.approx(1 / RATE)
    assert read.times_s[0] == movement.times_s[0]
    assert 0 <= movement.times_s[-1] - read.times_s[-1] < 1 / RATE + 1e-6
    assert read.columns().shape == (len(read.times_s), 5 * movement.shifts.shape[1] + 1)
    assert read.columns().dtype == np.float32


def test_between_two_patches_a_point_is_between_its_places():
    movement = moving(still(80, fps=10), signature(au12=1.0), np.linspace(0, 1, 80))
    read = _read(movement)
    exact = (movement.shifts - np.median(movement.shifts, axis=0))[::1]
    np.testing.assert_allclose(read.shifts[::3], exact, atol=1e-5)
    np.testing.assert_allclose(read.shifts[1::3], exact[:-1] * 2 / 3 + exact[1:] / 3, atol=1e-4)


def test_where_a_face_mostly_is_does_not_matter():
    movement = still(100)
    away = moving(movement, signature(au4=0.5), np.ones(100))
    np.testing.assert_allclose(_read(away).columns(), _read(movement).columns(), atol=1e-5)


def test_a_mirror_changes_sides_and_a_second_one_changes_them_back():
    read = _read(moving(still(60), signature(au12L=0.8), course(60, 20, 30, 40)))
    there = read.mirrored()
    left, right = named("mouth_corner")
    apex = int(np.abs(read.times_s - 30 / 25).argmin())
    sizes = np.abs(read.shifts[apex]).sum(axis=1)
    assert sizes[left] > 4 * sizes[right]
    assert np.abs(there.shifts[apex]).sum(axis=1)[right] == pytest.approx(sizes[left])
    np.testing.assert_array_equal(there.mirrored().columns(), read.columns())


def test_speech_is_told_where_it_is():
    speaking = np.zeros(100, bool)
    speaking[25:50] = True
    read = _read(still(100), speaking)
    np.testing.assert_array_equal(
        read.speaking[1:-1], (read.times_s >= 0.98)[1:-1] & (read.times_s <= 1.98)[1:-1]
    )
