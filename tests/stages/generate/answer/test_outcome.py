"""What the model said becomes a description, labels with confidence, or an abstention."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.answer.outcome import outcome
from stages.generate.config import GenerateConfig
from stages.generate.engines.engine import Answer
from stages.model.calibration import Calibration, FittedOn, LabelClass, log_odds


def said(tokenizer: Any, text: str, probability: float = 0.5, finished: bool = True) -> Answer:
    ids = tuple(tokenizer(text, add_special_tokens=False).input_ids)
    return Answer(ids, (math.log(probability),) * len(ids), finished)


CONFIG = GenerateConfig()


def test_description_labels_and_confidence(tokenizer: Any) -> None:
    clues, listed = said(tokenizer, " She smiles. "), said(tokenizer, "[Happy, at ease]", 0.8)
    found = outcome(clues, listed, [], tokenizer, CONFIG)
    confidence = found.pop("label_confidence")
    assert found == {
        "description": "She smiles.",
        "labels": ["happy", "at ease"],
        "label_agreement": None,
        "labels_raw": "[Happy, at ease]",
        "abstained": False,
        "abstained_reason": None,
    }
    assert [round(value, 6) for value in confidence] == [0.8, 0.8]


def test_nothing_said_is_an_abstention(tokenizer: Any) -> None:
    nothing = Answer((), (), True)
    assert outcome(nothing, nothing, [], tokenizer, CONFIG) == {
        "description": "",
        "labels": [],
        "label_confidence": [],
        "label_agreement": None,
        "labels_raw": "",
        "abstained": True,
        "abstained_reason": "no_label",
    }


def test_an_answer_without_labels_is_kept_as_it_was(tokenizer: Any) -> None:
    raw = "I cannot\n determine\x00  the emotion."
    found = outcome(Answer((), (), True), said(tokenizer, raw), [], tokenizer, CONFIG)
    assert (found["abstained"], found["abstained_reason"]) == (True, "refused")
    assert found["labels_raw"] == "I cannot\n determine   the emotion."


@pytest.mark.parametrize(
    "raw",
    [
        "The emotional state is unclear.",
        "the emotional state is unclear",
        "Unclear.",
        "unclear",
        "The speaker's emotion remains unclear",
        "Emotional state: unclear",
        "[unclear]",
    ],
)
def test_an_unclear_state_is_an_abstention_with_a_reason_of_its_own(
    tokenizer: Any, raw: str
) -> None:
    listed = said(tokenizer, raw, 0.99)
    found = outcome(listed, listed, [listed], tokenizer, CONFIG)
    assert (found["labels"], found["abstained"]) == ([], True)
    assert found["abstained_reason"] == "unclear"


def test_what_is_unclear_beside_a_label_hides_no_label(tokenizer: Any) -> None:
    listed = said(tokenizer, "sad, unclear")
    found = outcome(listed, listed, [], tokenizer, CONFIG)
    assert (found["labels"], found["abstained_reason"]) == (["sad"], None)


def test_a_label_cut_at_the_limit_is_left_out(tokenizer: Any) -> None:
    listed = said(tokenizer, "happy, disapp", finished=False)
    found = outcome(listed, listed, [], tokenizer, CONFIG)
    assert found["labels"] == ["happy"]
    assert found["labels_raw"] == "happy, disapp"


def test_agreement_is_the_share_of_samples_that_hold_a_label(tokenizer: Any) -> None:
    sampled = [
        said(tokenizer, "1. Sad\n2. calm"),
        said(tokenizer, "[calm, sad, sad]"),
        said(tokenizer, "none"),
        said(tokenizer, "happy, calm", finished=False),  # "calm" may be half a word
    ]
    listed = said(tokenizer, "sad, happy, proud")
    found = outcome(listed, listed, sampled, tokenizer, CONFIG)
    assert found["labels"] == ["sad", "happy", "proud"]
    assert found["label_agreement"] == [0.5, 0.25, 0.0]


def test_samples_add_no_label_and_undo_no_abstention(tokenizer: Any) -> None:
    listed = said(tokenizer, "none")
    found = outcome(listed, listed, [said(tokenizer, "happy")] * 3, tokenizer, CONFIG)
    assert (found["labels"], found["label_agreement"], found["abstained"]) == ([], [], True)


def test_a_samples_labels_beyond_the_limit_count(tokenizer: Any) -> None:
    listed = said(tokenizer, "sad")
    sample = said(tokenizer, "happy, calm, proud, sad")
    config = GenerateConfig(max_labels=1)
    assert outcome(listed, listed, [sample], tokenizer, config)["label_agreement"] == [1.0]


def test_unsure_labels_make_room_for_sure_ones(tokenizer: Any) -> None:
    unsure, sure = said(tokenizer, "happy,", 0.2), said(tokenizer, " sad, calm", 0.9)
    listed = Answer(unsure.ids + sure.ids, unsure.logprobs + sure.logprobs, True)
    config = GenerateConfig(min_confidence=0.5, max_labels=1)
    found = outcome(listed, listed, [], tokenizer, config)
    assert found["labels"] == ["sad"]
    assert found["labels_raw"] == "happy, sad, calm"


def test_nothing_sure_is_an_abstention(tokenizer: Any) -> None:
    listed = said(tokenizer, "happy, sad", 0.4)
    found = outcome(listed, listed, [listed], tokenizer, GenerateConfig(min_confidence=0.5))
    assert (found["labels"], found["label_confidence"], found["abstained"]) == ([], [], True)
    assert found["abstained_reason"] == "unsure"
    assert found["label_agreement"] == []
    assert found["labels_raw"] == "happy, sad"


def test_a_calibration_makes_confidences_that_the_limit_then_acts_on(tokenizer: Any) -> None:
    """What the model is sure of is right three times in ten, and half as often if none is seen."""
    calibration = Calibration(
        level=log_odds(0.15),
        sureness=0,
        measured={"macro": log_odds(0.3) - log_odds(0.15)},
        classes={"joy": LabelClass(weight=1, words=("happy",))},
        fitted_on=FittedOn(truth="0a", labels=80, videos=9, model="0b", wheels="own"),
    )
    listed = said(tokenizer, "happy, sad", 0.8)

    def found(least: float, *measured: str) -> list[tuple[str, float]]:
        config = GenerateConfig(min_confidence=least)
        told = outcome(
            listed, listed, [], tokenizer, config, calibration=calibration, measured=measured
        )
        assert told["abstained_reason"] == (None if told["labels"] else "unsure")
        return list(zip(told["labels"], told["label_confidence"], strict=True))

    happy = [calibration.applied(0.8, "happy", kinds) for kinds in ((), ("macro",))]
    assert found(0.1) == [("happy", happy[0]), ("sad", pytest.approx(0.15))]
    assert found(0.25, "macro") == [("happy", happy[1]), ("sad", pytest.approx(0.3))]
    assert found(0.35, "macro") == [("happy", happy[1])]
    assert found(0.9, "macro") == []


IDS = st.lists(st.integers(6, 1023), max_size=48).map(tuple)


@given(IDS, IDS, st.lists(IDS, max_size=3), st.sampled_from([0.0, 0.3, 0.5]))
def test_any_tokens_give_a_row_that_can_be_stored(
    tokenizer: Any,
    clues: tuple[int, ...],
    listed: tuple[int, ...],
    sampled: list[tuple[int, ...]],
    least: float,
) -> None:
    found = outcome(
        Answer(clues, (-1.0,) * len(clues), True),
        Answer(listed, (-1.0,) * len(listed), least > 0),
        [Answer(ids, (-1.0,) * len(ids), True) for ids in sampled],
        tokenizer,
        GenerateConfig(max_labels=4, min_confidence=least),
    )
    assert found["abstained"] == (not found["labels"])
    assert len(found["labels"]) == len(found["label_confidence"]) <= 4
    assert all(least <= value <= 1.0 for value in found["label_confidence"])
    assert (found["label_agreement"] is None) == (not sampled)
    for share in found["label_agreement"] or []:
        assert 0.0 <= share <= 1.0
    for text in (found["description"], found["labels_raw"], *found["labels"]):
        text.encode("utf-8")
        assert "\x00" not in text
