"""The norms in the package."""

import numpy as np
import pytest

from stages.evidence.movement.points import PLACES, named
from stages.evidence.norms import load_norms
from stages.evidence.norms.norms import FILE
from stages.evidence.spotting.decomposition import DISTRACTORS, UNITS

SIZE = 2 * len(PLACES)


def test_every_movement_that_is_looked_for_or_left_out_is_known():
    known = load_norms().units
    for wanted in (*UNITS.values(), tuple(DISTRACTORS)):
        assert set(wanted) <= set(known)
    assert all(shifts.shape == (SIZE,) and np.isfinite(shifts).all() for shifts in known.values())


@pytest.mark.parametrize("scale", ["short", "long"])
@pytest.mark.parametrize("setting", ["quiet", "speaking"])
def test_covariances_are_finite_symmetric_and_positive(scale, setting):
    covariance = getattr(load_norms(), scale)[setting]
    assert covariance.shape == (SIZE, SIZE)
    assert np.isfinite(covariance).all()
    np.testing.assert_allclose(covariance, covariance.T, atol=1e-6)
    assert np.linalg.eigvalsh(covariance).min() > -1e-5
    assert (np.diag(covariance) > 0).all()


def test_speech_moves_the_lips_and_not_the_nose():
    norms = load_norms()
    lips, nose = (
        np.r_[2 * at, 2 * at + 1] for at in (named("lower_lip", "chin"), named("nose_root"))
    )
    for scale in (norms.short, norms.long):
        times = np.diag(scale["speaking"]) / np.diag(scale["quiet"])
        assert times[lips].mean() > 2 * times[nose].mean()


def test_units_do_what_their_names_say():
    def moved(unit, *names):
        return load_norms().units[unit].reshape(-1, 2)[named(*names)].mean(axis=0)

    assert moved("1", "inner_brow")[1] < -1
    assert moved("2", "outer_brow")[1] < -1
    assert moved("4", "inner_brow")[1] > 1
    assert moved("12", "mouth_corner")[1] < -1
    assert moved("15", "mouth_corner")[1] > 1
    assert moved("26", "chin")[1] > 1
    left, right = moved("12L", "mouth_corner_left"), moved("12L", "mouth_corner_right")
    assert np.linalg.norm(left) > 3 * np.linalg.norm(right)


def test_norms_of_other_points_are_refused(tmp_path, monkeypatch):
    with np.load(FILE, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["points"] = arrays["points"][::-1]
    other = tmp_path / "norms.npz"
    np.savez(other, **arrays)
    monkeypatch.setattr("stages.evidence.norms.norms.FILE", other)
    with pytest.raises(ValueError, match=r"norms\.npz was made for other points; make it again"):
        load_norms.__wrapped__()
