"""Transcripts and tables as people report them in public: each read right, from file to utterance.

The inputs are in `tests/cases`. A clip lasts 6.0 s and is mute.
"""

from pathlib import Path

import pytest

from pipeline.manifest import resolve_inputs
from stages.rows import Row
from stages.transcribe import TranscribeConfig, TranscribeStage

CASES = Path(__file__).parent / "cases"

Said = list[tuple[float, float, str | None, str]]


def transcribed(case: str) -> dict[str, Row]:
    """The rows of a case behind the real stage, by the name of the file."""
    folder = CASES / case
    manifest = folder / "manifest.csv"
    rows = resolve_inputs([str(manifest if manifest.exists() else folder)]).rows
    done = TranscribeStage(TranscribeConfig())(rows)
    return {row["uri"].removeprefix(f"{folder}/"): row for row in done}


def said(row: Row) -> Said:
    assert row.get("error") is None, row["error"]
    return [(u["start_s"], u["end_s"], u["speaker"], u["text"]) for u in row["utterances"]]


def times(row: Row) -> list[tuple[float, float, str]]:
    return [(start, end, text) for start, end, _, text in said(row)]


def test_dialogues_numbered_anew_are_found_by_their_old_ids() -> None:
    rows = transcribed("meld_dyadic")
    assert said(rows["dia0_utt3.mp4"]) == [(0, 2.5, "Bob", "Who put salt in it?")]
    assert said(rows["dia1_utt0.mp4"]) == [(0, 3.0, "Dee", "The train leaves at nine.")]
    error = rows["dia0_utt1.mp4"]["error"]
    assert error["kind"] == "bad_transcript"
    assert "no line for 'dia0_utt1'" in error["message"]


def test_an_utterance_of_no_length_is_given_the_whole_clip() -> None:
    (row,) = transcribed("meld_zero_length").values()
    assert said(row) == [(0, 6.0, "Bob", "I thought you did.")]
    assert "given the whole clip (first: line 3)" in " ".join(row["warnings"])


def test_a_stage_direction_stays_in_the_text() -> None:
    (row,) = transcribed("meld_stage_direction").values()
    text = "[Ann and Bob look away] Then nobody will sing, [they leave.]"
    assert said(row) == [(0, 3.502, "Ann", text)]


def test_a_clip_with_a_number_for_a_name_has_no_line_of_a_video_of_that_number() -> None:
    (row,) = transcribed("numeric_video_ids").values()
    assert times(row) == [(0, 2.0, "This line belongs to the clip")]


def test_a_column_of_files_tells_the_clips_apart() -> None:
    rows = transcribed("other_id_column")
    assert times(rows["Ses90F_talk01_F000.mp4"]) == [(0, 2.0, "Said in the first clip")]
    assert times(rows["Ses90F_talk01_M000.mp4"]) == [(0, 2.5, "Said in the second clip")]


def test_a_clip_of_a_scene_has_its_own_line() -> None:
    rows = transcribed("one_episode")
    assert said(rows["sea1_ep15_sc1_utt1.mp4"]) == [(0, 1.209, "Ann Green", "Two teas please.")]
    both = "Bob Tree, Cy Low"
    assert said(rows["sea1_ep15_sc1_utt2.mp4"]) == [(0, 2.252, both, "And a cake.")]


def test_rolling_captions_are_said_once() -> None:
    (row,) = transcribed("rolling_captions").values()
    assert [(start, text) for start, _, text in times(row)] == [
        (0.4, "where did the boats go"),
        (2.0, "the tide took them out"),
        (4.0, "let us wait here"),
    ]


def test_sounds_in_braces_stay_and_layout_goes() -> None:
    (row,) = transcribed("curly_sounds").values()
    assert [text for *_, text in said(row)] == ["{laugh} you are late again", "{sob}", "up here"]


def test_a_transcript_is_of_the_video_whose_whole_name_it_has() -> None:
    rows = transcribed("transcript_of_another")
    assert times(rows["talk.cut.mp4"]) == [(0.5, 1.5, "said in the cut only")]
    assert said(rows["talk.mp4"]) == []
    assert rows["talk.mp4"]["warnings"] == ["It has no sound: no utterances."]


def test_a_transcript_named_after_the_whole_file_is_read() -> None:
    (row,) = transcribed("ending_on_ending").values()
    assert times(row) == [(0.5, 1.5, "said in this video")]


def test_a_comma_is_a_decimal_mark_where_a_semicolon_delimits() -> None:
    (row,) = transcribed("decimal_comma").values()
    assert times(row) == [(0.4, 2.1, "Erst; dann"), (2.5, 3.75, "Danach")]


def test_a_time_of_day_and_an_arrow_are_text() -> None:
    (row,) = transcribed("arrow_in_text").values()
    assert times(row) == [
        (0.5, 1.5, "Train at 10:30 → platform two please hurry"),
        (2.0, 3.0, "Thank you"),
    ]
    assert row["warnings"] == []


def test_hours_may_have_four_digits() -> None:
    (row,) = transcribed("webvtt_long_hours").values()
    assert times(row) == [(0.5, 1.5, "four digits of hours")]


@pytest.mark.parametrize(
    "case", ["numeric_video_ids", "other_id_column", "one_episode", "curly_sounds", "decimal_comma"]
)
def test_what_is_read_right_is_read_without_a_warning(case: str) -> None:
    assert {warning for row in transcribed(case).values() for warning in row["warnings"]} == set()
