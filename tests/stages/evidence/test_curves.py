"""Curves of regions and units."""

import numpy as np
import pytest

from stages.evidence.curves import curves
from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import REGIONS
from stages.evidence.spotting.spot import spot
from tests.stages.evidence.movements import course, moving, signature, still

COUNT = 100


def _curves(*movements, speaking=None):
    spoken = [
        np.zeros(len(one.times_s), bool) if speaking is None else speaking for one in movements
    ]
    return curves(4, list(movements), [spot(*pair) for pair in zip(movements, spoken, strict=True)])


def _values(found, kind, name):
    (values,) = (one["values"] for one in found[kind] if one["name"] == name)
    return values


def test_every_curve_has_a_value_for_every_patch_of_every_stretch():
    first, second = still(COUNT), still(40)
    later = Movement(second.times_s + 9, second.shifts, second.misfits, second.contrast)
    found = _curves(first, later)
    assert found["track_id"] == 4
    assert found["times_s"] == [*first.times_s, *later.times_s]
    assert [one["name"] for one in found["regions"]] == list(REGIONS)
    for one in (*found["regions"], *found["units"]):
        assert len(one["values"]) == COUNT + 40


def test_a_curve_rises_where_its_region_and_its_unit_move():
    over = course(COUNT, 40, 50, 60)
    found = _curves(moving(still(COUNT), signature(au4=0.6), over))
    brows = np.array(_values(found, "regions", "brows"))
    assert brows.argmax() == pytest.approx(50, abs=2)
    assert brows[50] > 4 * np.median(brows)
    lowered = _values(found, "units", "AU4")
    assert np.argmax(lowered) == pytest.approx(50, abs=2)
    assert lowered[50] == pytest.approx(0.6, abs=0.15)
    assert np.median(lowered) < 0.1
    assert max(_values(found, "regions", "chin")) < 0.2 * brows.max()


def test_units_that_speech_moves_are_null_while_it_lasts():
    speaking = np.zeros(COUNT, bool)
    speaking[30:60] = True
    found = _curves(still(COUNT), speaking=speaking)
    jaw, smile = _values(found, "units", "AU26"), _values(found, "units", "AU12")
    assert [value is None for value in jaw] == speaking.tolist()
    assert None not in smile


def test_names_and_values_are_as_exports_expect_them():
    found = _curves(moving(still(COUNT), signature(au12=3.0), course(COUNT, 30, 40, 50, held=10)))
    numbers = [int(one["name"].removeprefix("AU")) for one in found["units"]]
    assert numbers == sorted(set(numbers))
    for one in found["units"]:
        assert all(value is None or 0 <= value <= 1 for value in one["values"])
