"""Numbers are read out as English has them."""

import pytest

from jobs.synthesize.speech.numbers import number_words


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"),
        ("13", "thirteen"),
        ("20", "twenty"),
        ("45", "forty five"),
        ("250", "two hundred fifty"),
        ("1007", "one thousand seven"),
        ("120000", "one hundred twenty thousand"),
        ("5550199", "five five five zero one nine nine"),
    ],
)
def test_a_number_is_read_out(digits: str, words: str) -> None:
    assert number_words(digits) == words.split()
