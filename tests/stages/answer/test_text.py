"""Nothing invisible passes, and what is visible keeps its place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.answer.text import printable, tidy


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x1b", "\u202e", "\ufeff", "\ufffd", "\ue000", chr(0xD83D)]
)
def test_what_shows_nothing_becomes_a_space(hidden: str) -> None:
    assert printable(f"a{hidden}b") == "a b"


def test_spelling_with_joiners_stays_whole() -> None:
    assert tidy("می\u200cخواهم 👩\u200d🔬") == "می\u200cخواهم 👩\u200d🔬"


def test_spaces_are_single_and_lines_not_empty() -> None:
    assert tidy("  She \t smiles.\n\n \nShe  waves. ") == "She smiles.\nShe waves."


@given(st.text(st.characters()))
def test_positions_stay_and_the_result_can_be_stored(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    shown.encode("utf-8")
    assert not any(unicodedata.category(character) == "Cc" for character in shown.replace("\n", ""))


@given(st.text())
def test_tidy_text_is_tidy(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
