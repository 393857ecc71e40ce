"""Samples are drawn alike wherever they are drawn."""

from hypothesis import given
from hypothesis import strategies as st

from stages.generate.answer.samples import samplings
from stages.generate.config import GenerateConfig

CONFIG = GenerateConfig(samples=4, temperature=0.9, top_p=0.5)
SEEDS = [7120331984909180888, 15276261696353247]


def test_samples_are_drawn_as_configured() -> None:
    drawn = samplings(CONFIG, "0 clip#0")
    assert len(drawn) == 4
    assert {(way.temperature, way.top_p) for way in drawn} == {(0.9, 0.5)}


def test_without_samples_nothing_is_drawn() -> None:
    assert samplings(GenerateConfig(), "0 clip#0") == []


def test_seeds_are_the_same_on_every_machine() -> None:
    """Written down: the salt of Python's own hash would show here, and so would another digest."""
    assert [way.seed for way in samplings(CONFIG, "0 clip#0")[:2]] == SEEDS


@given(st.lists(st.text(), unique=True, max_size=20))
def test_every_sample_of_every_question_has_a_seed_of_its_own(names: list[str]) -> None:
    seeds = [way.seed for name in names for way in samplings(CONFIG, name)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)
