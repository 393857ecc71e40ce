"""What an event is called."""

import pytest

from stages.evidence.movement.points import REGIONS
from stages.evidence.spotting.decomposition import UNITS, decomposition
from stages.evidence.spotting.naming import name, number
from tests.stages.evidence.movements import signature

QUIET = (*UNITS["upper", "quiet"], *UNITS["lower", "quiet"])


def _named(scale="short", setting="quiet", **strengths):
    return name(signature(**strengths).ravel(), decomposition("whole", setting, scale))


@pytest.mark.parametrize("scale", ["short", "long"])
@pytest.mark.parametrize("unit", QUIET)
def test_a_unit_alone_is_named_or_none_is(unit, scale):
    """None, where others together could do much the same."""
    named = _named(scale, **{f"au{unit}": 0.5})
    assert named.units in {(number(unit),), ()}
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
        ({"au9": 0.5}, (9,), "nose", "nose wrinkled"),
        ({"au15": 0.5}, (15,), "mouth_corners", "lip corners pulled down"),
    ],
)
def test_what_is_sure_is_named_in_units_and_in_words(strengths, units, region, words):
    named = _named(**strengths)
    assert (named.units, named.region, named.words) == (units, region, words)
    assert named.intensity == pytest.approx(max(strengths.values()), rel=0.25)


@pytest.mark.parametrize(("unit", "side"), [("12L", "right"), ("12R", "left")])
def test_the_side_is_the_persons_own(unit, side):
    """The left half of a picture shows the right side of a person."""
    named = _named(**{f"au{unit}": 0.5})
    assert named.units == (12,)
    assert named.words == f"lip corners pulled up on the {side} side"


def test_what_both_sides_do_has_no_side():
    assert "side" not in _named(au12=0.5).words
    assert "side" not in _named(au1=0.5, au2=0.5).words


def test_what_no_unit_explains_is_told_by_its_region():
    shifts = signature(au4=0.0)
    shifts[0] = (4.0, 5.0)  # one point of the brows, alone
    named = name(shifts.ravel(), decomposition("whole", "quiet", "short"))
    assert (named.units, named.region, named.words) == ((), "brows", "movement of the brows")


def test_no_movement_has_no_units_and_no_intensity():
    named = _named(au4=0.0)
    assert (named.units, named.intensity) == ((), 0)


def test_intensity_is_at_most_one():
    assert _named(au4=3.0).intensity == 1


def test_the_units_of_speech_are_not_named_while_somebody_speaks():
    for unit in ("17", "20", "24", "26"):
        named = _named("short", "speaking", **{f"au{unit}": 0.5})
        assert number(unit) not in named.units


def test_the_number_of_a_unit_is_that_of_facs():
    assert [number(unit) for unit in ("1", "12L", "45")] == [1, 12, 45]
    with pytest.raises(ValueError, match="yaw is no action unit"):
        number("yaw")
