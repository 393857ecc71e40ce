"""The prompt says what was measured, when, and nothing where nothing was."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.question.evidence import MOST_EVENTS, evidence, measured_kinds, movements
from stages.rows import Row


def event(onset_s: float, offset_s: float, **changes: Any) -> Row:
    return {
        "event_id": 0,
        "track_id": 0,
        "kind": "micro",
        "region": "brows",
        "action_units": [1, 2],
        "movement": "inner and outer brows raised",
        "onset_s": onset_s,
        "apex_s": (onset_s + offset_s) / 2,
        "offset_s": offset_s,
        "intensity": 0.4,
        "confidence": 0.8,
        "while_speaking": False,
        "strip": None,
        **changes,
    }


def window(*events: Row, voice: Row | None = None, **spoken: Any) -> Row:
    """A window from 60 s on with an utterance from 61 to 63 s."""
    return {
        "start_s": 60.0,
        "end_s": 70.0,
        "micro_events": [one for one in events if one["kind"] == "micro"],
        "face_events": [one for one in events if one["kind"] != "micro"],
        "utterances": [{"start_s": 61.0, "end_s": 63.0, "voice": voice, **spoken}],
    }


BRIEF = event(61.2, 61.5)
SMILE = event(62.0, 63.5, kind="macro", action_units=[12], movement="lip corners pulled up")
VOICE = {"words": "louder and higher than usual, fast"}


def test_movements_and_voice_make_one_sentence_with_times_from_the_windows_start() -> None:
    assert evidence(window(SMILE, BRIEF, voice=VOICE), 0) == (
        "Measured: very briefly inner and outer brows raised from 1.20 to 1.50 s (AU1+2); "
        "lip corners pulled up from 2.00 to 3.50 s (AU12); "
        "voice louder and higher than usual, fast. "
    )


def test_movements_are_told_by_themselves_and_without_their_units() -> None:
    row = window(SMILE, BRIEF, event(62.0, 62.5, kind="blink"), voice=VOICE)
    told = [
        "very briefly inner and outer brows raised from 1.20 to 1.50 s",
        "lip corners pulled up from 2.00 to 3.50 s",
    ]
    assert movements(row, 0) == movements(row, None) == told
    assert movements(window(voice=VOICE), 0) == []


def test_micro_expressions_are_told_first_whenever_they_were() -> None:
    row = window(SMILE, event(63.5, 63.7), BRIEF)
    assert [told.rpartition(" raised ")[2] or told for told in movements(row, 0)] == [
        "from 1.20 to 1.50 s",
        "from 3.50 to 3.70 s",
        "lip corners pulled up from 2.00 to 3.50 s",
    ]


def test_the_window_is_told_of_the_main_face_throughout_and_of_no_voice() -> None:
    late = event(68.0, 68.2)
    told = evidence(window(BRIEF, late, event(65.0, 65.2, track_id=1), voice=VOICE), None)
    assert told.count("brows") == 2
    assert "from 8.00 to 8.20 s" in told
    assert "voice" not in told


def test_nothing_measured_says_nothing() -> None:
    bare = {"start_s": 0.0, "end_s": 5.0, "utterances": [{"start_s": 0.0, "end_s": 1.0}]}
    assert evidence(bare, 0) == evidence(bare, None) == evidence(window(), 0) == ""
    assert evidence({**window(), "micro_events": None, "face_events": None}, 0) == ""
    assert evidence(window(voice={"words": None}), 0) == ""


@pytest.mark.parametrize("kind", ["blink", "speech"])
def test_blinks_and_the_movements_of_speech_are_left_out(kind: str) -> None:
    assert evidence(window({**BRIEF, "kind": kind}), 0) == ""


@pytest.mark.parametrize(("speaker_track", "told"), [(None, True), (0, True), (2, False)])
def test_an_utterance_is_told_of_its_speakers_face(speaker_track: int | None, told: bool) -> None:
    assert bool(evidence(window(BRIEF, speaker_track=speaker_track), 0)) == told


@pytest.mark.parametrize(
    ("onset_s", "offset_s", "told"),
    [(60.0, 60.25, False), (60.0, 60.3, True), (63.7, 64.0, True), (63.75, 64.0, False)],
)
def test_an_utterance_is_told_of_its_own_time_and_three_quarters_of_a_second_beside_it(
    onset_s: float, offset_s: float, told: bool
) -> None:
    assert bool(evidence(window(event(onset_s, offset_s)), 0)) == told


def test_before_the_words_another_face_than_the_speakers_is_not_told_of() -> None:
    assert evidence(window(event(60.5, 60.8), speaker_track=2), 0) == ""


def test_the_surest_are_told_in_order_of_time() -> None:
    events = [
        event(61.0 + 0.2 * at, 61.1 + 0.2 * at, movement=f"m{at}", confidence=0.1 * at)
        for at in range(7)
    ]
    told = evidence(window(*events), 0)
    assert [at for at in range(7) if f"m{at} " in told] == list(range(7 - MOST_EVENTS, 7))
    assert told.index("m3") < told.index("m6")


def test_an_event_whose_units_are_unsure_is_told_by_its_region() -> None:
    told = evidence(window({**BRIEF, "action_units": [], "movement": None}), 0)
    assert told == "Measured: very briefly movement of the brows from 1.20 to 1.50 s. "


@given(st.text(), st.text(), st.lists(st.integers(1, 64), max_size=80), st.integers(0, 40))
def test_no_words_of_a_row_can_form_a_marker_or_fill_the_prompt(
    movement: str, voice: str, units: list[int], count: int
) -> None:
    one = {**BRIEF, "movement": movement, "action_units": units}
    told = evidence(window(*[one] * count, voice={"words": voice}), 0)
    assert not set("<>[]\n") & set(told)
    assert len(told) <= 900  # four movements of 120 letters, their units and times, and a voice


@pytest.mark.parametrize(
    ("events", "words", "kinds"),
    [
        ([BRIEF, SMILE], "louder than usual", {"micro", "macro", "voice"}),
        ([BRIEF], "fast", {"micro", "voice"}),
        ([SMILE], "as usual in the video", {"macro"}),
        ([event(61.2, 61.5, track_id=1)], "nothing stands out", set()),
        ([event(61.2, 61.5, kind="blink")], "nothing is heard", set()),
        ([], None, set()),
    ],
)
def test_what_is_told_of_has_its_kind(
    events: list[Row], words: str | None, kinds: set[str]
) -> None:
    row = window(*events, voice=None if words is None else {"words": words})
    assert measured_kinds(row, 0) == kinds
    assert bool(evidence(row, 0)) == bool(kinds or words)


def test_of_a_window_and_a_stage_that_did_not_look_there_is_no_kind() -> None:
    assert measured_kinds(window(SMILE, voice=VOICE), None) == {"macro"}
    bare = {"start_s": 0.0, "end_s": 5.0, "utterances": [{"start_s": 1.0, "end_s": 2.0}]}
    assert measured_kinds(bare, 0) == measured_kinds(bare, None) == set()
