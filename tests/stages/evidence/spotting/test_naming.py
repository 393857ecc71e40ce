"""How an expression is said in words."""

import pytest

from stages.evidence.movement.points import REGIONS
from stages.evidence.spotter.network import UNITS
from stages.evidence.spotting.decomposition import decomposition, names_of
from stages.evidence.spotting.naming import name
from tests.stages.evidence.movements import signature


def _named(*units, scale="short", setting="quiet", **strengths):
    parts = decomposition(names_of(units), setting, scale)
    return name(units, signature(**strengths).ravel(), parts)


@pytest.mark.parametrize("unit", sorted(set(UNITS) - {25}))
def test_every_unit_that_can_be_named_has_words_and_a_region(unit):
    named = _named(unit, **{f"au{unit}": 0.5})
    assert named.units == (unit,)
    assert named.words
    assert named.region in REGIONS
    assert 0 < named.intensity <= 1


@pytest.mark.parametrize(
    ("strengths", "units", "region", "words"),
    [
        ({"au1": 0.4, "au2": 0.4}, (1, 2), "brows", "brows raised"),
        ({"au4": 0.4}, (4,), "brows", "brows lowered"),
        ({"au1": 0.4, "au4": 0.4}, (1, 4), "brows", "inner brows raised and drawn together"),
        (
            {"au1": 0.4, "au2": 0.4, "au4": 0.4},
            (1, 2, 4),
            "brows",
            "brows raised and drawn together",
        ),
        ({"au9": 0.5, "au17": 0.2}, (9, 17), "nose", "nose wrinkled, chin raised"),
        ({"au15": 0.5}, (15,), "mouth_corners", "lip corners pulled down"),
        ({"au4": 0.1, "au7": 0.6}, (4, 7), "eyes", "brows lowered, lids tightened"),
    ],
)
def test_units_are_told_in_words_and_where_they_move_most(strengths, units, region, words):
    named = _named(*units, **strengths)
    assert (named.units, named.region, named.words) == (units, region, words)
    assert named.intensity == pytest.approx(max(strengths.values()), rel=0.25)


@pytest.mark.parametrize(("unit", "side"), [("12L", "right"), ("12R", "left")])
def test_the_side_is_the_persons_own(unit, side):
    """The left half of a picture shows the right side of a person."""
    named = _named(12, **{f"au{unit}": 0.5})
    assert named.words == f"lip corners pulled up on the {side} side"


def test_what_both_sides_do_has_no_side():
    assert "side" not in _named(12, au12=0.5).words
    assert "side" not in _named(1, 2, au1=0.5, au2=0.5).words


def test_a_unit_whose_strength_cannot_be_measured_is_told_all_the_same():
    """The norms know lips that part only together with a jaw that drops."""
    assert _named(25, 26, au26=0.5).words == "lips parted, jaw dropped"


def test_no_movement_has_no_intensity():
    assert _named(4, au4=0.0).intensity == 0


def test_intensity_is_at_most_one():
    assert _named(4, au4=3.0).intensity == 1
