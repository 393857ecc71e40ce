"""Micro-expressions of silent faces behind the speech of others."""

import numpy as np
import pytest

from jobs.synthesize.spotter.grafts import STRONGER, find_grafts, graft_on
from jobs.synthesize.spotter.lessons import Lesson
from stages.evidence.spotter.network import KINDS, UNITS
from stages.evidence.spotter.signals import Signals

COUNT, POINTS, UNIT = 40, 35, 1 + UNITS.index(12)
MICRO, MACRO = KINDS.index("micro"), KINDS.index("macro")


def _lesson(*, speaking: bool = False, drift: float = 0.0) -> Lesson:
    """A movement of one pixel at samples 11 to 13, on a face that drifts, under a lasting one."""
    shifts = np.repeat(np.arange(COUNT, dtype=np.float32), POINTS * 2) * drift
    shifts = shifts.reshape(COUNT, POINTS, 2)
    shifts[11:14] += 1.0
    truth = np.zeros((COUNT, len(KINDS), 1 + len(UNITS)), np.float32)
    truth[11:14, MICRO, [0, UNIT]] = 1
    truth[:, MACRO, 0] = 1
    still = np.zeros((COUNT, POINTS), np.float32)
    read = Signals(np.arange(COUNT) / 30, shifts, still, np.full(COUNT, speaking))
    return Lesson(read, truth, (12,))


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_a_micro_expression_is_taken_from_the_way_between_its_ends(drift: float) -> None:
    (graft,) = find_grafts([_lesson(drift=drift)])
    assert graft.shifts[:, 0, 0] == pytest.approx([0, 1, 1, 1, 0], abs=1e-5)
    assert graft.truth[:, MICRO, UNIT].tolist() == [0, 1, 1, 1, 0]
    assert not graft.truth[:, MACRO].any()


def test_of_a_face_that_speaks_none_is_taken() -> None:
    assert find_grafts([_lesson(speaking=True)]) == []


def test_what_is_seen_of_it_only_in_part_is_not_taken() -> None:
    whole = _lesson()
    for part in (slice(12, None), slice(None, 13)):
        seen = Signals(
            whole.signals.times_s[part],
            whole.signals.shifts[part],
            whole.signals.misfits[part],
            whole.signals.speaking[part],
        )
        assert find_grafts([Lesson(seen, whole.truth[part], ())]) == []


def test_what_is_laid_over_moves_the_face_and_is_true_of_it_where_it_stands() -> None:
    (graft,) = find_grafts([_lesson()])
    for seed in range(30):
        shifts = np.zeros((20, POINTS, 2), np.float32)
        truth = np.zeros((20, len(KINDS), 1 + len(UNITS)), np.float32)
        graft_on(shifts, truth, graft, np.random.default_rng(seed))
        moved = shifts[:, 0, 0] > 0
        assert moved.sum() == 3
        assert (truth[:, MICRO, UNIT] > 0).tolist() == moved.tolist()
        assert STRONGER[0] <= shifts.max() <= STRONGER[1]


def test_it_is_left_out_where_it_would_meet_another_and_where_there_is_no_room() -> None:
    (graft,) = find_grafts([_lesson()])
    for length in (6, 4):
        shifts = np.zeros((length, POINTS, 2), np.float32)
        truth = np.zeros((length, len(KINDS), 1 + len(UNITS)), np.float32)
        truth[3, MICRO, 0] = 1
        before = truth.copy()
        graft_on(shifts, truth, graft, np.random.default_rng(0))
        assert not shifts.any()
        np.testing.assert_array_equal(truth, before)
