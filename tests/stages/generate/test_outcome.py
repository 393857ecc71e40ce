"""What the model said becomes a description, labels with confidence, or an abstention."""

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stages.generate.engine import Answer
from stages.generate.outcome import outcome


def said(tokenizer: Any, text: str, probability: float = 0.5, finished: bool = True) -> Answer:
    ids = tuple(tokenizer(text, add_special_tokens=False).input_ids)
    return Answer(ids, (math.log(probability),) * len(ids), finished)


def test_description_labels_and_confidence(tokenizer: Any) -> None:
    clues, listed = said(tokenizer, " She smiles. "), said(tokenizer, "[happy, at ease]", 0.8)
    found = outcome(clues, listed, tokenizer, 8)
    confidence = found.pop("label_confidence")
    assert found == {
        "description": "She smiles.",
        "labels": ["happy", "at ease"],
        "abstained": False,
    }
    assert [round(value, 6) for value in confidence] == [0.8, 0.8]


def test_nothing_said_is_an_abstention(tokenizer: Any) -> None:
    nothing = Answer((), (), True)
    assert outcome(nothing, nothing, tokenizer, 8) == {
        "description": "",
        "labels": [],
        "label_confidence": [],
        "abstained": True,
    }


def test_a_label_cut_at_the_limit_is_left_out(tokenizer: Any) -> None:
    listed = said(tokenizer, "happy, disapp", finished=False)
    assert outcome(listed, listed, tokenizer, 8)["labels"] == ["happy"]


IDS = st.lists(st.integers(6, 1023), max_size=48).map(tuple)


@given(IDS, IDS, st.booleans())
def test_any_tokens_give_a_row_that_can_be_stored(
    tokenizer: Any, clues: tuple[int, ...], listed: tuple[int, ...], finished: bool
) -> None:
    found = outcome(
        Answer(clues, (-1.0,) * len(clues), finished),
        Answer(listed, (-1.0,) * len(listed), finished),
        tokenizer,
        4,
    )
    assert found["abstained"] == (not found["labels"])
    assert len(found["labels"]) == len(found["label_confidence"]) <= 4
    assert all(0.0 < value <= 1.0 for value in found["label_confidence"])
    for text in (found["description"], *found["labels"]):
        text.encode("utf-8")
        assert "\x00" not in text
