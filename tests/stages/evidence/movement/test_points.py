"""The points of a face."""

from stages.evidence.movement.points import MIDDLE, PLACES, POINTS, REGIONS, named, of_region


def test_every_point_has_a_name_and_a_region_of_its_own():
    assert len({point.name for point in POINTS}) == len(POINTS) == len(PLACES)
    assert sorted(at for region in REGIONS for at in of_region(region)) == list(range(len(POINTS)))


def test_left_and_right_mirror_one_another():
    by_name = {point.name: point for point in POINTS}
    for point in POINTS:
        other = by_name[point.name.replace("_left", "_right")]
        if point.name.endswith("_left"):
            assert (point.x + other.x, point.y, point.region) == (2 * MIDDLE, other.y, other.region)


def test_a_name_without_a_side_stands_for_both():
    names = [POINTS[at].name for at in named("upper_lip", "chin", "mouth_corner_left")]
    assert names == ["upper_lip_left", "upper_lip_right", "chin", "mouth_corner_left"]
