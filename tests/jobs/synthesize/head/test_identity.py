"""Who a head is."""

import numpy as np

from jobs.synthesize.head.identity import HairForm, Identity, identity_of, sex_and_age
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.plan import Split


def _of(split: Split, number: int) -> Identity:
    return identity_of(load_mesh(), split, number)


def test_a_number_is_always_the_same_person_and_in_another_split_another() -> None:
    first, again, other = _of("train", 7), _of("train", 7), _of("dev", 7)
    assert np.array_equal(first.shape, again.shape)
    assert first.complexion.seed == again.complexion.seed
    assert np.abs(first.shape - other.shape).max() > 0.05


def test_heads_differ_and_keep_the_size_of_heads() -> None:
    mesh = load_mesh()
    people = [_of("test", number) for number in range(100)]
    skin = mesh.vertices_of("skin")
    above_chin = skin[mesh.rest[skin, 1] > 6.3]
    widths = [np.ptp(person.shape[above_chin, 0]) for person in people]
    heights = [np.ptp(person.shape[above_chin, 1]) for person in people]
    assert 1.3 < min(widths) < max(widths) < 2.4
    assert 1.8 < min(heights) < max(heights) < 3.0
    assert np.std(widths) > 0.03
    assert {person.complexion.hair_form for person in people} == set(HairForm)
    masculinity = np.array([person.masculinity for person in people])
    assert 0.3 < (masculinity > 0.8).mean() < 0.7
    assert 0.3 < (masculinity < 0.2).mean() < 0.7
    colours = np.stack([person.complexion.skin for person in people])
    assert colours.min() >= 0
    assert colours.max() <= 1
    assert np.ptp(colours.mean(axis=1)) > 0.3


def test_sex_and_age_are_known_without_the_head() -> None:
    for number in range(5):
        made = identity_of(load_mesh(), "dev", number)
        assert sex_and_age("dev", number) == (made.masculinity, made.age)
