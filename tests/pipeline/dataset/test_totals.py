"""Totals count everything once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.totals import count
from pipeline.recipe import Recipe
from stages.rows import to_table

Make = Callable[..., Any]


def test_videos_windows_and_their_length(write_run: Make, make_annotation: Make) -> None:
    totals = count(
        write_run(
            [make_annotation("film", 0, 3), make_annotation("film", 2, 3)], [make_annotation("a")]
        )
    )
    assert totals.annotated == ["a", "film"]
    assert totals.windows == 3
    assert totals.duration_s == 40
    assert totals.owed_windows == 1


def test_a_window_written_twice_counts_once(write_run: Make, make_annotation: Make) -> None:
    totals = count(write_run([make_annotation("a")], [make_annotation("a")]))
    assert (totals.windows, totals.utterances) == (1, 1)


def test_utterances_by_source_label_and_abstention(
    write_run: Make, make_annotation: Make, make_utterance: Make
) -> None:
    mute = {
        "text": "",
        "text_source": "none",
        "labels": [],
        "abstained": True,
        "abstained_reason": "refused",
    }
    spoken = [make_utterance(0, 0, 1), make_utterance(1, 2, 3, **mute)]
    totals = count(write_run([make_annotation("a", utterances=spoken)]))
    assert totals.text_sources == {"sidecar": 1, "none": 1}
    assert totals.labels == {"breathless": 1, "upset": 1}
    assert totals.utterances_abstained == totals.utterances_refused == 1


def test_failures_by_kind_and_stage(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    window = {"window_index": 1, "window_count": 2}
    totals = count(
        write_run(
            [make_annotation("film", 0, 2)],
            failures=[make_failure("film", **window), make_failure("x"), make_failure("y")],
        )
    )
    assert totals.failure_kinds == {("unreadable", "transcribe"): 3}
    assert (totals.failed_videos, totals.videos_failed_in_part) == (2, 1)
    assert totals.annotated == ["film"]
    assert totals.owed_windows == 0


def test_seconds_of_stages_are_summed(write_run: Make, make_annotation: Make) -> None:
    timings = [{"decode": 1.5}, {"decode": 2.0, "faces": 4.0}]
    rows = [make_annotation(str(n), timings=spent) for n, spent in enumerate(timings)]
    totals = count(write_run(rows))
    assert totals.stage_seconds["decode"] == pytest.approx(3.5)
    assert totals.stage_seconds["faces"] == pytest.approx(4.0)
    assert +totals.stage_rows == {"decode": 2, "faces": 1}


def test_models_are_told_apart(write_run: Make, make_annotation: Make) -> None:
    other = {"name": "big", "revision": None, "trained": "EMER", "engine": "deepspeed"}
    rows = [make_annotation("a"), make_annotation("b"), make_annotation("c", model=other)]
    totals = count(write_run(rows))
    assert totals.models == {
        ("tiny", "0a1b2c3d4e5f", "no", "deepspeed"): 2,
        ("big", "", "EMER", "deepspeed"): 1,
    }


def test_events_by_kind_and_what_supports_the_descriptions(
    write_run: Make,
    make_annotation: Make,
    *,
    make_utterance: Make,
    make_event: Make,
    make_clue: Make,
) -> None:
    spoken = make_utterance(
        0, 0, 1, speaker_track=0, clues=[make_clue(0, 1), make_clue(0, 1, supported=False)]
    )
    row = make_annotation(
        "a",
        micro_events=[make_event(0, 1, 1.2)],
        face_events=[make_event(at, at, at + 0.2, kind="blink") for at in (1, 2)],
        clues=[make_clue(3, 3, supported=None)],
        utterances=[spoken, make_utterance(1, 2, 3)],
    )
    totals = count(write_run([row], [make_annotation("b")]))
    assert totals.events == {"micro": 1, "blink": 2}
    assert (totals.times_named, totals.times_supported) == (2, 1)
    assert totals.utterances_with_speaking_face == 1


def test_what_a_front_half_does_not_write_counts_as_nothing(
    tmp_path: Path, make_annotation: Make
) -> None:
    folder = DatasetFolder(str(tmp_path))
    front = Recipe.of(["transcribe", "segment", "decode", "faces"])
    row = make_annotation("a", timings={"faces": 2.0})
    folder.write_table("annotations/part-0.parquet", to_table([row], front.annotation_schema))
    totals = count(folder)
    assert (totals.windows, totals.utterances, totals.windows_with_face) == (1, 1, 1)
    assert totals.text_sources == {"sidecar": 1}
    assert (totals.labels, totals.models, totals.events) == ({}, {}, {})
    assert (totals.utterances_abstained, totals.times_named) == (0, 0)
    assert totals.stage_seconds["faces"] == 2.0
    assert totals.first_row == totals.last_row == row["created_at"]
