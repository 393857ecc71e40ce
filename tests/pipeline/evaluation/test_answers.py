"""The one shape of an answer, and what a synthetic truth says of an utterance."""

import pytest

from pipeline.evaluation.answers import Answer, Facets, clean_labels


def test_an_answer_has_a_confidence_a_label_if_only_none() -> None:
    assert Answer("v", ("a", "b")).confidences == (None, None)
    assert Answer("v", utterance_index=2).name == "v#2"
    assert Answer("v", start_s=1.0).span_s is None
    with pytest.raises(ValueError, match="1 confidences for 2 labels of v"):
        Answer("v", ("a", "b"), (0.5,))


def test_clean_labels_are_small_letters_each_once() -> None:
    assert clean_labels([" Sad", "sad ", "", "Happy"]) == ("sad", "happy")


@pytest.mark.parametrize(
    ("facets", "told_by"),
    [
        (Facets("macro", "neutral", needs_context=False, voice_tells=False), "macro"),
        (Facets("micro", "contradicting", needs_context=False, voice_tells=False), "micro"),
        (Facets("masked", "neutral", needs_context=False, voice_tells=False), "masked"),
        (Facets("none", "congruent", needs_context=False, voice_tells=False), "words"),
        (Facets("none", "neutral", needs_context=False, voice_tells=True), "voice"),
        (Facets("micro", "neutral", needs_context=True, voice_tells=False), "context"),
        (Facets("micro", "congruent", needs_context=False, voice_tells=False), "several"),
        (Facets("macro", "neutral", needs_context=False, voice_tells=True), "several"),
        (Facets("none", "neutral", needs_context=False, voice_tells=False), "nothing"),
    ],
)
def test_what_alone_tells_a_feeling(facets: Facets, told_by: str) -> None:
    assert facets.told_by == told_by


def test_all_that_tells_a_feeling_is_named_but_where_it_takes_what_was_said_before() -> None:
    told = Facets("masked", "congruent", needs_context=False, voice_tells=True)
    assert told.tells == ("masked", "words", "voice")
    assert Facets("macro", "congruent", needs_context=True, voice_tells=False).tells == ()
