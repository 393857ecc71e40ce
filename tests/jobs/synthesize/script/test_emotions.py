import re

import numpy as np
import pytest

from jobs.synthesize.plan import Delivery, Feeling
from jobs.synthesize.script.emotions import delivery_of, draw_feeling, families, family_of
from jobs.synthesize.script.sentences import vocabulary


def test_there_are_words_of_every_shade_for_seven_families() -> None:
    assert set(families()) == {
        "happiness",
        "sadness",
        "anger",
        "fear",
        "disgust",
        "surprise",
        "contempt",
    }
    assert len(vocabulary()) == len(set(vocabulary())) >= 45
    assert all(re.fullmatch("[a-z-]+", word) for word in vocabulary())


@pytest.mark.parametrize("word", vocabulary())
def test_the_best_word_of_a_feeling_fits_its_intensity(word: str) -> None:
    for seed in range(10):
        feeling = draw_feeling(word, np.random.default_rng(seed))
        assert feeling.labels[0] == word
        assert len(set(feeling.labels)) == len(feeling.labels) <= 3
        assert {family_of(label) for label in feeling.labels} == {feeling.family}
        if feeling.family != "neutral":
            entry = families()[feeling.family].words[word]
            assert entry.weakest <= feeling.intensity <= entry.strongest


def test_a_voice_follows_the_feeling_the_more_the_stronger_it_is() -> None:
    faint = delivery_of(Feeling("anger", ("annoyed",), 0.2))
    strong = delivery_of(Feeling("anger", ("furious",), 1.0))
    sad = delivery_of(Feeling("sadness", ("sad",), 0.6))
    assert 1 < faint.pitch < strong.pitch
    assert 1 < faint.pace < strong.pace
    assert 0 < faint.loudness_db < strong.loudness_db
    assert max(sad.pitch, sad.pace) < 1
    assert sad.loudness_db < 0
    assert delivery_of(Feeling("neutral", ("calm",), 0.0)) == Delivery()
