"""The short form of what a truth tells of an utterance."""

from typing import Any

import pytest

from pipeline.evaluation.readers.truth_brief import (
    brief,
    moved,
    unheard,
    unnamed,
    unread,
)


def _event(kind: str, units: list[int], **changed: Any) -> dict[str, Any]:
    return {
        "person": "ANNA",
        "kind": kind,
        "action_units": units,
        "side": "both",
        "onset_s": 1.0,
        "offset_s": 1.25,
        "in_view": True,
        **changed,
    }


def _row(**changed: Any) -> dict[str, Any]:
    return {
        "speaker": "ANNA",
        "labels": ["hurt", "sad"],
        "display": "micro",
        "text_role": "contradicting",
        "text_family": "happiness",
        "needs_context": False,
        "voice_tells": False,
        "worn_labels": None,
        "clues": [],
        "events": [_event("micro", [1, 4, 15])],
        **changed,
    }


def test_a_movement_is_told_with_its_time_and_then_what_follows() -> None:
    assert brief(_row()) == (
        "Very briefly inner brows raised and drawn together, lip corners pulled down from 1.00 to "
        "1.25 s. The words speak of happiness. So ANNA is hurt, sad."
    )


def test_what_is_not_in_view_or_another_s_is_not_told() -> None:
    events = [_event("macro", [12], in_view=False), _event("macro", [4], person="BEN")]
    assert brief(_row(events=events)) == "The words speak of happiness. So ANNA is hurt, sad."


def test_a_face_at_rest_is_told_where_it_is_seen_to_speak() -> None:
    told = brief(_row(display="none", events=[_event("speech", [25, 26])]))
    assert told is not None
    assert told.startswith("The face shows nothing.")


def test_a_feeling_worn_over_another_is_told() -> None:
    events = [_event("macro", [12], onset_s=0.5, offset_s=3.0), _event("micro", [1])]
    told = brief(_row(events=events, worn_labels=["delighted"], text_family="sadness"))
    assert told == (
        "Very briefly inner brows raised from 1.00 to 1.25 s. Lip corners pulled up from 0.50 to "
        "3.00 s. The words speak of sadness. The delighted look is put on. So ANNA is hurt, sad."
    )


def test_where_nothing_can_be_told_that_is_said() -> None:
    assert brief(_row(labels=[])) == "Nothing that can be relied on tells how ANNA feels."


def test_a_truth_without_events_has_no_short_form() -> None:
    assert brief(_row(events=None)) is None


def test_where_nobody_says_of_what_the_words_speak_there_is_no_short_form() -> None:
    assert brief(_row(text_family=None)) is None
    told = brief(_row(text_family=None, text_role="neutral"))
    assert told is not None
    assert "The words do not tell." in told


@pytest.mark.parametrize("role", ["congruent", "neutral", "contradicting"])
def test_without_the_words_nothing_is_said_of_them(role: str) -> None:
    told = brief(_row(text_role=role, needs_context=True))
    assert told is not None
    assert "words" in told
    assert "before" in told
    assert unread(told) == (
        "Very briefly inner brows raised and drawn together, lip corners pulled down from 1.00 to "
        "1.25 s. So ANNA is hurt, sad."
    )


@pytest.mark.parametrize("name", ["ANNA", "Dr. So is well", "who feels."])
def test_unnamed_it_is_told_of_the_speaker(name: str) -> None:
    told, untold = brief(_row(speaker=name)), brief(_row(labels=[], speaker=name))
    assert told is not None
    assert untold is not None
    assert unnamed(told).endswith("The words speak of happiness. So the speaker is hurt, sad.")
    assert unnamed(untold) == "Nothing that can be relied on tells how the speaker feels."


def test_unheard_nothing_is_said_of_the_voice() -> None:
    clue = {"modality": "voice", "text": "the voice is higher and louder than usual"}
    told = brief(_row(voice_tells=True, clues=[clue]))
    assert told is not None
    assert "The voice is higher and louder than usual. " in told
    assert unheard(told) == brief(_row())


def test_movements_that_were_measured_stand_in_place_of_the_true_ones() -> None:
    clue = {"modality": "voice", "text": "the voice is higher than usual"}
    events = [_event("micro", [1, 4, 15], side="left"), _event("macro", [12], onset_s=2.0)]
    worn = {"voice_tells": True, "clues": [clue], "worn_labels": ["glad"], "needs_context": True}
    told = brief(_row(events=events, **worn))
    assert told is not None
    two = ["very briefly brows lowered from 0.90 to 1.10 s", "chin raised from 1.90 to 12.00 s"]
    assert moved(told, two) == (
        "It answers what was said before. Very briefly brows lowered from 0.90 to 1.10 s. Chin "
        "raised from 1.90 to 12.00 s. The voice is higher than usual. The words speak of "
        "happiness. The glad look is put on. So ANNA is hurt, sad."
    )
    assert moved(told, two[1:]) == (
        "It answers what was said before. Chin raised from 1.90 to 12.00 s. The voice is higher "
        "than usual. The words speak of happiness. So ANNA is hurt, sad."
    )


def test_of_a_face_of_which_a_movement_was_measured_it_is_not_said_that_it_rests() -> None:
    told = brief(_row(display="none", events=[_event("speech", [25, 26])]))
    assert told is not None
    assert moved(told, ["brows raised from 1.00 to 2.00 s"]) == (
        "Brows raised from 1.00 to 2.00 s. The words speak of happiness. So ANNA is hurt, sad."
    )


def test_where_no_movement_was_measured_the_face_shows_nothing() -> None:
    events = [_event("micro", [1, 4, 15]), _event("macro", [12], onset_s=2.0)]
    told = brief(_row(events=events, worn_labels=["glad"], needs_context=True))
    assert told is not None
    assert moved(told, []) == (
        "It answers what was said before. The face shows nothing. The words speak of happiness. So "
        "ANNA is hurt, sad."
    )
    unseen = brief(_row(events=[]))
    assert unseen is not None
    assert moved(unseen, []) == unseen
