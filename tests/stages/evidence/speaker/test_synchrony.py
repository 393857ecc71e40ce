"""A mouth in step with a voice is told from one that is not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.speaker.synchrony import LEAST, synchrony
from tests.stages.evidence.speaker.talking import syllables


def _decibels(level: np.ndarray) -> np.ndarray:
    return 20 * np.log10(level + 1e-3)


def test_a_mouth_that_opens_with_the_voice_is_in_step() -> None:
    level = syllables(3, 1)
    found = synchrony(5 * level, _decibels(level))
    assert found is not None
    assert found > 0.99


def test_a_mouth_up_to_160_ms_early_or_late_still_is() -> None:
    level = syllables(3, 1)
    for lag in (-4, 4):
        found = synchrony(np.roll(level, lag)[5:-5], _decibels(level)[5:-5])
        assert found is not None
        assert found > 0.9


def test_another_mouth_is_not() -> None:
    pairs = [(syllables(3, seed), syllables(3, seed + 50)) for seed in range(20)]
    found = [synchrony(mouth, _decibels(voice)) or 0 for mouth, voice in pairs]
    assert np.mean(found) < 0.4


def test_too_little_or_nothing_that_changes_says_nothing() -> None:
    level = syllables(3, 1)
    assert synchrony(level[: LEAST - 1], _decibels(level[: LEAST - 1])) is None
    assert synchrony(np.ones(len(level)), _decibels(level)) is None
    assert synchrony(level, np.full(len(level), -20.0)) is None


@given(st.lists(st.tuples(st.floats(0, 255), st.floats(-90, 0)), min_size=LEAST, max_size=90))
def test_it_is_a_correlation(samples: list[tuple[float, float]]) -> None:
    mouth, voice = np.array(samples).T
    found = synchrony(mouth, voice)
    assert found is None or -1.001 <= found <= 1.001
