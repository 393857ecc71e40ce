"""What is said of a time is laid beside what was measured then."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.answer.clues import clues, coverage
from stages.rows import CLUE, Row


def event(event_id: int, onset_s: float, offset_s: float) -> Row:
    return {"event_id": event_id, "onset_s": onset_s, "offset_s": offset_s}


def window(**changes: Any) -> Row:
    """A window from 60 to 70 s: a micro-movement at second 1, a blink at 4, words from 5 to 7."""
    spoken = {"start_s": 65.0, "end_s": 67.0, "text": "I am fine.", "voice": {"words": "quieter"}}
    return {
        "start_s": 60.0,
        "end_s": 70.0,
        "frame_times_s": [60.0, 61.0, 62.0, 65.0],
        "utterances": [spoken],
        "micro_events": [event(3, 61.2, 61.5)],
        "face_events": [event(8, 64.0, 64.2)],
        **changes,
    }


def supported(description: str, **changes: Any) -> list[bool | None]:
    return [clue["supported"] for clue in clues(description, window(**changes))]


def test_a_named_time_is_linked_to_the_movement_and_the_frames_of_then() -> None:
    told = "She is calm. From 1.2 to 1.5 s her brows rise! Then nothing."
    (clue,) = clues(told, window())
    assert clue == {
        "text": "From 1.2 to 1.5 s her brows rise!",
        "modality": None,
        "start_s": pytest.approx(61.2),
        "end_s": pytest.approx(61.5),
        "event_ids": [3],
        "frame_times_s": [61.0, 62.0],
        "words": None,
        "supported": True,
    }
    assert pa.array([clue], CLUE)[0]["event_ids"].as_py() == [3]


def test_each_time_of_a_sentence_is_a_clue_and_a_blink_is_one_too() -> None:
    found = clues("Her eyes move at 1.3 s and at 4.1 s.", window())
    assert [clue["event_ids"] for clue in found] == [[3], [8]]
    assert len({clue["text"] for clue in found}) == 1


def test_a_description_without_times_has_no_clues_and_no_coverage() -> None:
    assert clues("She frowns. It lasts 0.3 s.", window()) == []
    assert coverage([]) is None


def test_a_movement_that_was_not_measured_has_no_support() -> None:
    assert supported("At 3.0 s she frowns.") == [False]
    assert supported("At 3.0 s she frowns.", micro_events=[], face_events=None) == [False]


def test_words_support_what_is_said_of_speech_and_nothing_else() -> None:
    assert supported("At 5.5 s her voice drops.") == [True]
    assert supported("At 5.5 s she smiles.") == [False]
    assert supported("At 8.5 s her voice drops.") == [False]
    assert supported('"I am fine" at 6.0 s means the opposite.') == [True]
    (clue,) = clues("At 5.5 s she smiles.", window())
    assert clue["words"] == "I am fine."


def test_speech_without_text_or_voice_supports_nothing() -> None:
    silent = [{"start_s": 65.0, "end_s": 67.0, "text": None, "voice": None}]
    assert supported("At 5.5 s her voice drops.", utterances=silent) == [False]


def test_where_nobody_looked_for_movements_support_is_unknown() -> None:
    row = window()
    del row["micro_events"], row["face_events"]
    found = clues("At 1.3 s she frowns. At 5.5 s her voice drops.", row)
    assert [clue["supported"] for clue in found] == [None, True]
    assert coverage(found) == 1.0
    assert coverage(found[:1]) is None


@pytest.mark.parametrize("told", ["At 12.0 s she smiles.", "At 0:59 she smiles."])
def test_a_time_outside_the_window_has_no_support(told: str) -> None:
    late = [event(1, 72.0, 72.2), event(2, 119.0, 119.2)]
    (clue,) = clues(told, window(micro_events=late))
    assert clue["supported"] is False
    assert clue["event_ids"] == []


def test_coverage_is_the_share_that_is_supported() -> None:
    found = clues("At 1.3 s, at 3.0 s, at 4.1 s and at 9 s she moves.", window())
    assert [clue["supported"] for clue in found] == [True, False, True, False]
    assert coverage(found) == 0.5


def test_a_time_named_roughly_is_met_roughly() -> None:
    assert supported("At 2 s she moves.") == [True]
    assert supported("At 2.0 s she moves.") == [False]


@given(st.floats(0, 9.7), st.floats(0.02, 0.3), st.integers(1, 3))
def test_a_movement_supports_its_own_times_however_they_are_rounded(
    onset_s: float, length_s: float, decimals: int
) -> None:
    told = f"From {onset_s:.{decimals}f} to {onset_s + length_s:.{decimals}f} s, a flash."
    events = [event(0, 60 + onset_s, 60 + onset_s + length_s)]
    assert supported(told, micro_events=events) == [True]


def test_a_sentence_without_end_is_cut() -> None:
    found = clues("at 1.3 s " * 500 + "and " * 5000, window())
    assert [len(clue["text"]) <= 401 for clue in found] == [True]
