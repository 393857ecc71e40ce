from dataclasses import replace
from math import ceil
from typing import Any

from stages.segment.turns import Turn, merge_shortest, split_long
from stages.voice_measures import CURVE_HZ
from tests.voices import voiced


def turn(start: int, end: int, text: str = "", speaker: str | None = None, **more: Any) -> Turn:
    said = {"start_s": start / 1000, "end_s": end / 1000, "text": text, "speaker": speaker}
    return Turn.of({**said, "text_confidence": None, **more}, last=1_000_000)


def test_neighbours_of_one_speaker_are_merged_before_shorter_ones_of_two() -> None:
    turns = [
        turn(0, 100, "a", "Anna"),
        turn(150, 250, "b", "Ben"),
        turn(300, 5000, "c", "Cleo"),
        turn(5100, 9000, "d", "Cleo"),
    ]
    kept = merge_shortest(turns, 3)
    assert [(t.start, t.end, t.spoken["text"], t.spoken["speaker"]) for t in kept] == [
        (0, 100, "a", "Anna"),
        (150, 250, "b", "Ben"),
        (300, 9000, "c d", "Cleo"),
    ]


def test_the_shortest_together_are_merged_first_and_of_two_speakers_none_is_named() -> None:
    turns = [turn(0, 4000, "a", "Anna"), turn(4000, 4500, "b", "Ben"), turn(4600, 5000, "c")]
    kept = merge_shortest(turns, 2)
    assert [(t.start, t.end, t.spoken["text"], t.spoken["speaker"]) for t in kept] == [
        (0, 4000, "a", "Anna"),
        (4000, 5000, "b c", None),
    ]


def test_merging_goes_on_over_what_was_merged() -> None:
    turns = [turn(i * 100, i * 100 + 50, str(i)) for i in range(20)]
    (kept,) = merge_shortest(turns, 1)
    assert (kept.start, kept.end) == (0, 1950)
    assert kept.spoken["text"] == " ".join(map(str, range(20)))


def test_confidence_of_merged_text_is_weighted_by_time() -> None:
    turns = [turn(0, 1000, "a", text_confidence=0.5), turn(1000, 4000, "b", text_confidence=0.9)]
    (kept,) = merge_shortest(turns, 1)
    assert kept.spoken["text_confidence"] == 0.8


def test_few_enough_turns_are_left_alone() -> None:
    turns = [turn(0, 10), turn(10, 20)]
    assert merge_shortest(turns, 2) is turns


def test_a_long_turn_is_split_into_equal_parts_that_keep_speaker_and_words() -> None:
    parts = split_long(turn(0, 50_000, "one two three", "Anna"), 30_000)
    assert [(p.start, p.end, p.spoken["text"]) for p in parts] == [
        (0, 25_000, "one"),
        (25_000, 50_000, "two three"),
    ]
    assert {p.spoken["speaker"] for p in parts} == {"Anna"}


def test_a_single_latin_word_is_not_torn_apart() -> None:
    parts = split_long(turn(0, 50_000, "Nooo"), 30_000)
    assert sorted(p.spoken["text"] or "" for p in parts) == ["", "Nooo"]


def test_times_beyond_the_video_are_held_within_it() -> None:
    held = Turn.of({"start_s": -1.0, "end_s": 99.0, "text": ""}, last=5000)
    assert (held.start, held.end) == (0, 5000)
    late = Turn.of({"start_s": 7.0, "end_s": 9.0, "text": ""}, last=5000)
    assert 0 <= late.start < late.end <= 5000


def test_each_part_of_a_long_utterance_has_its_own_part_of_the_voice() -> None:
    said = voiced(0, 40, hertz=130)
    parts = [
        part.as_utterance(index)
        for index, part in enumerate(split_long(Turn.of(said, last=40_000), 15_000))
    ]
    assert len(parts) == 3
    for part in parts:
        lasts_s = part["end_s"] - part["start_s"]
        assert len(part["voice"]["pitch_curve_hz"]) == ceil(round(lasts_s * CURVE_HZ, 6))
        assert part["voice"]["pitch_hz"] == 130


def test_a_merged_turn_has_the_voices_of_all_it_was_merged_from() -> None:
    turns = [Turn.of(voiced(i, i + 0.8, hertz=100 + i), last=10_000) for i in range(4)]
    [merged] = merge_shortest(turns, 1)
    voice = merged.as_utterance(0)["voice"]
    assert {hertz for hertz in voice["pitch_curve_hz"] if hertz} == {100, 101, 102, 103}
    assert voice["pitch_curve_hz"][round(3.4 * CURVE_HZ)] == 103


def test_what_is_cut_short_loses_the_end_of_its_curves() -> None:
    whole = Turn.of(voiced(1, 5), last=10_000)
    voice = replace(whole, end=2_000).as_utterance(0)["voice"]
    assert len(voice["loudness_curve_db"]) == CURVE_HZ
