"""Texts that give away what is said."""

import pytest

from pipeline.export.privacy.quotation import Transcript

SAID = Transcript(["I told Martin that the boat was gone.", "Help me!", "No.", "他们昨天走了"])


@pytest.mark.parametrize(
    "text",
    [
        "She says that the boat was lost.",
        "She speaks of martin.",
        "He mutters help me under his breath.",
        'Her "no" is quiet.',
        "She says «gone».",
        "她说他们昨天走。",
    ],
)
def test_a_sentence_that_quotes_goes(text: str) -> None:
    assert SAID.taken_out_of(f"Brows rise. {text} Lips part.") == "Brows rise. Lips part."


@pytest.mark.parametrize(
    "text", ["There is no smile.", "The voice is low and slow.", "It's his jaw that tightens."]
)
def test_a_sentence_that_does_not_stays(text: str) -> None:
    assert SAID.taken_out_of(text) == text


def test_where_nothing_is_said_nothing_can_be_quoted() -> None:
    assert Transcript([None, ""]).taken_out_of('A "smile".') == 'A "smile".'
