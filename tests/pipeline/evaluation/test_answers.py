"""The one shape of an answer."""

import pytest

from pipeline.evaluation.answers import Answer, clean_labels


def test_an_answer_has_a_confidence_a_label_if_only_none() -> None:
    assert Answer("v", ("a", "b")).confidences == (None, None)
    assert Answer("v", utterance_index=2).name == "v#2"
    assert Answer("v", start_s=1.0).span_s is None
    with pytest.raises(ValueError, match="1 confidences for 2 labels of v"):
        Answer("v", ("a", "b"), (0.5,))


def test_clean_labels_are_small_letters_each_once() -> None:
    assert clean_labels([" Sad", "sad ", "", "Happy"]) == ("sad", "happy")
