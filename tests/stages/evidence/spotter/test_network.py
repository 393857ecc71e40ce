"""The network of the package, on made-up movements of known action units."""

import numpy as np
import pytest

from stages.evidence.movement.measure import Movement
from stages.evidence.spotter.network import KINDS, UNITS, chances
from stages.evidence.spotter.signals import signals
from tests.stages.evidence.movements import course, moving, signature, still

COUNT = 150
MICRO, MACRO = KINDS.index("micro"), KINDS.index("macro")


def _told(movement, *, speaking=False):
    return chances(signals(movement, np.full(len(movement.times_s), speaking)))


def _at(told, patch):
    return int(np.abs(told.times_s - patch / 25).argmin())


def test_chances_are_told_for_every_sample_and_unit():
    told = _told(still(COUNT))
    assert told.expression.shape == (len(told.times_s), len(KINDS))
    assert told.units.shape == (len(told.times_s), len(KINDS), len(UNITS))
    for values in (told.expression, told.units):
        assert ((values >= 0) & (values <= 1)).all()
    assert told.expression.max() < 0.1


@pytest.mark.parametrize(("unit", "strength"), [(4, 0.5), (9, 0.5), (12, 0.4)])
def test_a_brief_movement_of_a_unit_is_a_micro_expression_of_that_unit(unit, strength):
    shifts = signature(**{f"au{unit}": strength})
    told = _told(moving(still(COUNT), shifts, course(COUNT, 80, 84, 89)))
    apex = _at(told, 84)
    assert told.expression[apex, MICRO] > 0.5 > told.expression[apex, MACRO]
    assert told.units[apex, MICRO, UNITS.index(unit)] > 0.5
    assert told.expression[: _at(told, 70)].max() < 0.2


def test_one_that_is_held_is_a_macro_expression():
    shifts = signature(au1=0.8, au2=0.8)
    told = _told(moving(still(COUNT), shifts, course(COUNT, 50, 58, 66, held=25)))
    apex = _at(told, 70)
    assert told.expression[apex, MACRO] > 0.5 > told.expression[apex, MICRO]
    for unit in (1, 2):
        assert told.units[apex, MACRO, UNITS.index(unit)] > 0.5


def test_a_face_in_a_mirror_shows_the_same():
    movement = moving(still(COUNT), signature(au14L=0.8), course(COUNT, 80, 84, 89))
    read = signals(movement, np.zeros(COUNT, bool))
    straight, mirrored = chances(read), chances(read.mirrored())
    np.testing.assert_allclose(straight.expression, mirrored.expression, atol=1e-12)
    np.testing.assert_allclose(straight.units, mirrored.units, atol=1e-12)


def test_movements_beyond_all_measure_give_numbers():
    movement = still(COUNT)
    wild = Movement(movement.times_s, 1e6 * movement.shifts, 1e6 * movement.misfits, 1e-9)
    assert np.isfinite(_told(wild, speaking=True).units).all()
