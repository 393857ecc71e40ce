"""What stands in place of the names of speakers."""

import pytest

from pipeline.export.privacy import Pseudonyms

NAMES = ("Anna Schmidt", "Bo", "SPEAKER_00", "Zoë", "Annabel")


def test_each_name_has_one_of_its_own_whatever_the_order() -> None:
    one, other = Pseudonyms(NAMES), Pseudonyms(reversed(NAMES))
    assert sorted(str(one.of(name)) for name in NAMES) == ["S1", "S2", "S3", "S4", "S5"]
    assert [one.of(name) for name in NAMES] == [other.of(name) for name in NAMES]
    assert one.of(None) is None


def test_with_a_key_a_name_has_the_same_one_in_every_export() -> None:
    one, other = Pseudonyms(NAMES, "secret"), Pseudonyms(["Zoë"], "secret")
    assert one.of("Zoë") == other.of("Zoë")
    assert one.of("Zoë") != Pseudonyms(NAMES, "another").of("Zoë")


@pytest.mark.parametrize(
    "text",
    [
        "Anna Schmidt smiles",
        "then anna smiles",
        "ANNA's brows rise",
        "day1/anna_schmidt_01.mp4",
        "Schmidt-2.mp4",
        "anna-schmidt.mp4",
    ],
)
def test_a_name_gives_way_in_whatever_form_it_is_written(text: str) -> None:
    names = Pseudonyms(NAMES)
    told = names.within(text)
    assert str(names.of("Anna Schmidt")) in told
    assert "anna" not in told.casefold()
    assert "schmidt" not in told.casefold()


def test_letters_that_are_composed_otherwise_are_the_same_name() -> None:
    assert "Zoe" not in Pseudonyms(NAMES).within("Zoe\u0308 smiles")


def test_other_words_stay() -> None:
    text = "The speaker's hosanna; a bold savanna"
    assert Pseudonyms(NAMES).within(text) == text
    assert Pseudonyms(()).within(text) == text
