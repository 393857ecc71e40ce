"""The words of the script are words of the vocabulary that labels are scored on."""

import pytest

from jobs.synthesize.script.emotions import families
from pipeline.evaluation.wheels.own import vocabulary

WORDS = [(word, name) for name, family in families().items() for word in family.words]


@pytest.mark.parametrize(("word", "family"), WORDS)
def test_a_word_is_of_the_same_family_in_both(word: str, family: str) -> None:
    assert vocabulary().family(word) == family
