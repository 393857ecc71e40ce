"""Movements laid out on action units."""

import numpy as np
import pytest

from stages.evidence.spotting.decomposition import UNITS, decomposition, names_of, number
from tests.stages.evidence.movements import signature

SETTINGS = [
    (half, setting, scale)
    for half in ("upper", "lower")
    for setting in ("quiet", "speaking")
    for scale in ("short", "long")
]


def _decomposition(half, setting, scale):
    return decomposition(UNITS[half, setting], setting, scale)


@pytest.mark.parametrize(("half", "setting", "scale"), SETTINGS)
def test_every_setting_has_a_metric_and_units(half, setting, scale):
    parts = _decomposition(half, setting, scale)
    assert np.isfinite(parts.metric).all()
    assert np.linalg.eigvalsh((parts.metric + parts.metric.T) / 2).min() > 0
    assert parts.shifts.shape == (len(parts.metric), len(parts.units))
    assert (parts.sizes > 0).all()


def test_strengths_are_those_of_what_moves_and_never_negative():
    parts = _decomposition("upper", "quiet", "short")
    moved = np.stack(
        [signature(au4=0.5).ravel(), -signature(au4=0.5).ravel(), np.zeros(len(parts.metric))]
    )
    found = parts.strengths(moved)
    assert (found >= 0).all()
    assert parts.units[int(found[0].argmax())] == "4"
    assert found[0].max() == pytest.approx(0.5, rel=0.1)
    assert found[2].max() == 0


def test_evidence_grows_with_the_movement():
    parts = _decomposition("upper", "quiet", "short")
    moved = np.stack([signature(au1=s, au2=s).ravel() for s in (0.0, 0.1, 0.2, 0.4)])
    evidence = parts.evidence(parts.strengths(moved))
    assert evidence[0] == 0
    assert (np.diff(evidence) > 0).all()


def test_the_share_explained_is_one_of_a_unit_and_little_of_anything_else():
    parts = decomposition(names_of((4, 9, 12)), "quiet", "short")
    assert parts.explained(signature(au9=0.3).ravel()) == pytest.approx(1)
    assert parts.explained(-signature(au9=0.3).ravel()) < 0.7


@pytest.mark.parametrize("setting", ["quiet", "speaking"])
def test_no_movement_at_all_gives_no_rows(setting):
    parts = _decomposition("lower", setting, "short")
    assert parts.strengths(np.empty((0, len(parts.metric)))).shape == (0, len(parts.units))


def test_while_somebody_speaks_no_unit_of_speech_is_looked_for():
    assert set(UNITS["lower", "speaking"]) < set(UNITS["lower", "quiet"])
    assert UNITS["upper", "speaking"] == UNITS["upper", "quiet"]


def test_a_unit_that_a_face_may_move_on_one_side_is_taken_as_its_halves():
    assert names_of((4, 12, 14)) == ("4", "12L", "12R", "14L", "14R")
    assert names_of((25,)) == ()


def test_the_number_of_a_unit_is_that_of_facs():
    assert [number(unit) for unit in ("1", "12L", "45")] == [1, 12, 45]
    with pytest.raises(ValueError, match="yaw is no action unit"):
        number("yaw")
