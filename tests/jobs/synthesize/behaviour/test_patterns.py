from collections import Counter

import pytest

from jobs.synthesize.behaviour.patterns import patterns


def test_every_family_has_several_patterns() -> None:
    counts = Counter(name.split(".")[0] for name in patterns())
    assert len(counts) == 7
    assert min(counts.values()) >= 3


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("happiness.full", (6, 12)),
        ("sadness.full", (1, 4, 15)),
        ("anger.full", (4, 5, 7, 23)),
        ("fear.full", (1, 2, 4, 5, 20, 25)),
        ("surprise.full", (1, 2, 5, 26)),
        ("disgust.nose", (9, 10)),
        ("contempt.dimple", (14,)),
    ],
)
def test_the_prototypes_are_those_of_facs(name: str, numbers: tuple[int, ...]) -> None:
    assert patterns()[name].numbers == numbers


def test_contempt_alone_moves_one_half_of_the_face() -> None:
    one_sided = {name.split(".")[0] for name, pattern in patterns().items() if pattern.one_sided}
    assert one_sided == {"contempt"}


def test_no_two_patterns_are_the_same() -> None:
    seen = [tuple(sorted(pattern.units.items())) for pattern in patterns().values()]
    assert len(set(seen)) == len(seen)
