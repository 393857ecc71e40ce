import pytest

from jobs.synthesize.behaviour.action_units import FACE_UNITS, HAS_SIDES, moved_by
from pipeline.action_units import NAMES


def test_the_mesh_has_the_52_units_of_arkit_by_name() -> None:
    assert len(FACE_UNITS) == 52
    assert list(FACE_UNITS) == sorted(set(FACE_UNITS))
    assert FACE_UNITS[:4] == ("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft")
    assert FACE_UNITS[-1] == "tongueOut"


def test_a_unit_moves_both_halves_or_one() -> None:
    assert moved_by(12, "both") == {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}
    assert moved_by(12, "left") == {"mouthSmileLeft": 1.0}
    assert moved_by(1, "both") == {"browInnerUp": 1.0}


@pytest.mark.parametrize("number", NAMES)
def test_what_a_unit_moves_is_in_the_mesh(number: int) -> None:
    for side in ("both", "left", "right") if number in HAS_SIDES else ("both",):
        moved = moved_by(number, side)
        assert moved.keys() <= set(FACE_UNITS)
        assert all(0 < share <= 1 for share in moved.values())


def test_the_middle_of_the_face_has_no_sides() -> None:
    with pytest.raises(ValueError, match="action unit 26 does not move one half"):
        moved_by(26, "left")


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match="nothing for action unit 33"):
        moved_by(33, "both")
