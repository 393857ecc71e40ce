"""Where somebody is in the picture."""

import pytest

from jobs.synthesize.scene.shots import Shot, place_of

SHOTS = (Shot(0, 1, ()), Shot(1, 2, ("Ann", "Bo")), Shot(2, 3, ("Bo",)))


@pytest.mark.parametrize(
    ("person", "at_s", "place"),
    [
        ("Ann", 0.5, None),
        ("Ann", 1.0, "left"),
        ("Bo", 1.5, "right"),
        ("Bo", 2.0, "alone"),
        ("Ann", 2.5, None),
        ("Bo", 3.0, None),
    ],
)
def test_the_shot_of_the_time_tells_the_place(person: str, at_s: float, place: str | None) -> None:
    assert place_of(person, at_s, SHOTS) == place
