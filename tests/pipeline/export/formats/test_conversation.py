"""Questions and answers that a model is trained on."""

import pytest

from pipeline.export.formats.conversation import without_marks, written
from pipeline.export.unit import Answer


def test_the_answer_is_the_description_and_then_the_labels() -> None:
    assert written(Answer("She smiles.", ("joy", "relief"))) == "She smiles.\nEmotions: joy, relief"


def test_labels_alone_are_an_answer_and_so_is_none() -> None:
    assert written(Answer(None, ("joy",))) == "Emotions: joy"
    assert written(Answer("A blank face.", ())) == "A blank face.\nEmotions: none can be told"


def test_a_label_with_a_comma_or_a_quotation_mark_can_be_told_from_its_neighbours() -> None:
    labels = ("it's complicated", "sad, but calm", 'so "fine"', "שמח")
    assert written(Answer(None, labels)) == (
        'Emotions: it\'s complicated, "sad, but calm", "so \\"fine\\"", שמח'
    )


@pytest.mark.parametrize("mark", ["<video>", "<|im_end|>", "<image>", "</s>"])
def test_what_trainers_take_for_a_mark_is_none(mark: str) -> None:
    assert without_marks(f"a {mark} b") == f"a ‹{mark[1:-1]}› b"
    assert without_marks("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"
