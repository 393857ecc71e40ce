"""Movements laid out on action units."""

import numpy as np
import pytest

from stages.evidence.spotting.decomposition import UNITS, decomposition
from tests.stages.evidence.movements import signature

SETTINGS = [
    (part, setting, scale)
    for part in ("upper", "lower", "whole")
    for setting in ("quiet", "speaking")
    for scale in ("short", "long")
]


@pytest.mark.parametrize(("part", "setting", "scale"), SETTINGS)
def test_every_setting_has_a_metric_and_units(part, setting, scale):
    parts = decomposition(part, setting, scale)
    assert np.isfinite(parts.metric).all()
    assert np.linalg.eigvalsh((parts.metric + parts.metric.T) / 2).min() > 0
    assert parts.shifts.shape == (len(parts.metric), len(parts.units))
    assert (parts.variances > 0).all()


def test_strengths_are_those_of_what_moves_and_never_negative():
    parts = decomposition("upper", "quiet", "short")
    moved = np.stack(
        [signature(au4=0.5).ravel(), -signature(au4=0.5).ravel(), np.zeros(len(parts.metric))]
    )
    found = parts.strengths(moved)
    assert (found >= 0).all()
    assert parts.units[int(found[0].argmax())] == "4"
    assert found[0].max() == pytest.approx(0.5, rel=0.1)
    assert found[2].max() == 0


def test_the_course_along_a_direction_is_one_at_its_own_strengths():
    parts = decomposition("lower", "quiet", "long")
    strengths = np.zeros(len(parts.units))
    strengths[[0, 2]] = 0.3, 0.4
    weights, size = parts.along(strengths)
    moved = parts.shifts @ strengths
    assert float(moved @ weights) == pytest.approx(1)
    assert float(2.5 * moved @ weights) == pytest.approx(2.5)
    assert size == pytest.approx(float(parts.evidence(strengths[None])[0]))


def test_evidence_grows_with_the_movement():
    parts = decomposition("upper", "quiet", "short")
    moved = np.stack([signature(au1=s, au2=s).ravel() for s in (0.0, 0.1, 0.2, 0.4)])
    evidence = parts.evidence(parts.strengths(moved))
    assert evidence[0] == 0
    assert (np.diff(evidence) > 0).all()


def test_the_share_explained_is_one_of_a_unit_and_little_of_anything_else():
    parts = decomposition("whole", "quiet", "short")
    assert parts.explained(signature(au9=0.3).ravel()) == pytest.approx(1)
    assert parts.explained(-signature(au9=0.3).ravel()) < 0.7


@pytest.mark.parametrize("setting", ["quiet", "speaking"])
def test_no_movement_at_all_gives_no_rows(setting):
    parts = decomposition("lower", setting, "short")
    assert parts.strengths(np.empty((0, len(parts.metric)))).shape == (0, len(parts.units))


def test_while_somebody_speaks_no_unit_of_speech_is_looked_for():
    assert set(UNITS["lower", "speaking"]) < set(UNITS["lower", "quiet"])
    assert UNITS["upper", "speaking"] == UNITS["upper", "quiet"]
