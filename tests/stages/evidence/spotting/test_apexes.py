"""When an expression moves a face most, and how far."""

import numpy as np
import pytest

from stages.evidence.spotting.apexes import apex_of, moved, moved_on_average
from stages.evidence.spotting.spotted import Spotted
from tests.stages.evidence.movements import course, moving, signature, still

COUNT = 100
BROWS = signature(au1=0.6, au2=0.6)


def _brows(onset: int, offset: int, *, speaking: bool = False, apex: int = 0) -> Spotted:
    return Spotted("micro", onset, apex or onset + 1, offset, 0.99, 0.9, speaking, units=(1, 2))


@pytest.mark.parametrize("jaw", [0.0, 1.5])
def test_the_apex_is_where_the_units_move_the_face_most_whatever_else_moves(jaw: float) -> None:
    face = moving(still(COUNT), BROWS, course(COUNT, 40, 44, 50))
    face = moving(face, signature(au26=jaw), course(COUNT, 45, 47, 49))
    apex, kept = apex_of(face, _brows(40, 50, speaking=jaw > 0))
    assert apex == pytest.approx(44, abs=1)
    assert kept == pytest.approx(0, abs=0.2)


def test_what_does_not_come_back_is_kept() -> None:
    face = moving(still(COUNT), BROWS, course(COUNT, 40, 48, 90, held=40))
    _, kept = apex_of(face, _brows(40, 50))
    assert kept == pytest.approx(1, abs=0.1)


def test_units_that_do_not_move_have_no_way_to_keep() -> None:
    face = moving(still(COUNT), -BROWS, course(COUNT, 40, 44, 50))
    apex, kept = apex_of(face, _brows(40, 50))
    assert 40 < apex < 50
    assert np.isfinite(kept)


def test_a_movement_is_told_against_both_its_ends() -> None:
    drift = np.linspace(0, 1, COUNT)
    face = moving(moving(still(COUNT), BROWS, course(COUNT, 40, 44, 48)), 5 * BROWS, drift)
    one = _brows(40, 48, apex=44)
    assert moved(face, one) == pytest.approx(BROWS.ravel(), abs=0.3)
    mean = course(COUNT, 40, 44, 48)[41:48].mean()
    assert moved_on_average(face, one) == pytest.approx(mean * BROWS.ravel(), abs=0.15)
