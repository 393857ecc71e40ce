"""Which rows are exported, and as whose."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.choosing import choose
from pipeline.export.order import Order
from pipeline.reviews.decision import Decision
from stages.faults import SetupError
from stages.rows import Row

Decide = Callable[..., Decision]


def _rows(folder: DatasetFolder, **order: Any) -> Mapping[str, Row]:
    videos = choose(folder, Order("table", **order)).videos
    return {one.row["unit_id"]: one.row for each in videos.values() for one in each}


def test_rows_come_by_video_in_order_of_time(spoken_run: DatasetFolder) -> None:
    assert list(_rows(spoken_run)) == ["a#u0", "a#u1", "a#u2", "b#u0"]
    assert list(_rows(spoken_run, level="window")) == ["a#0", "a#1", "b#0"]


def test_an_expression_and_a_confidence_leave_rows_out_and_count_them(
    spoken_run: DatasetFolder,
) -> None:
    choice = choose(spoken_run, Order("table", where="video_id = 'a'", min_confidence=0.5))
    assert [one.row["unit_id"] for one in choice.videos["a"]] == ["a#u0"]
    assert choice.left_out == {"not named by --where": 1, "less sure than 0.5": 2}


def test_what_a_person_corrected_stands_in_place_of_the_machines_own(
    spoken_run: DatasetFolder, decide: Decide
) -> None:
    decide(verdict="corrected", labels=["relief", "pride"], text="Oh.", start_s=1.5)
    row = _rows(spoken_run)["a#u0"]
    assert (row["labels"], row["label"], row["confidence"]) == (["relief", "pride"], "relief", 1.0)
    assert (row["text"], row["start_s"], row["duration_s"]) == ("Oh.", 1.5, 2.5)
    assert (row["review"], row["reviewers"]) == ("corrected", ["anna"])
    (one, *_) = choose(spoken_run, Order("table")).videos["a"]
    assert one.machine.labels == ("joy",)


def test_an_expression_is_asked_of_rows_as_people_left_them(
    spoken_run: DatasetFolder, decide: Decide
) -> None:
    decide(verdict="corrected", labels=["relief"])
    assert list(_rows(spoken_run, where="'relief' in labels")) == ["a#u0"]
    assert list(_rows(spoken_run, where="review = 'corrected'")) == ["a#u0"]


def test_no_emotion_is_a_decision_too(spoken_run: DatasetFolder, decide: Decide) -> None:
    decide(verdict="corrected", labels=[])
    row = _rows(spoken_run)["a#u0"]
    assert (row["labels"], row["abstained"], row["abstained_reason"]) == ([], True, "reviewed")


def test_rejected_rows_are_left_out_and_the_rest_as_it_is_asked_for(
    spoken_run: DatasetFolder, decide: Decide
) -> None:
    decide(verdict="rejected", labels=None)
    decide(utterance_index=1, row_start_s=5.0, row_end_s=8.0, labels=["fear"])
    assert list(_rows(spoken_run)) == ["a#u1", "a#u2", "b#u0"]
    assert list(_rows(spoken_run, reviewed="only")) == ["a#u1"]
    assert list(_rows(spoken_run, reviewed="ignore")) == ["a#u0", "a#u1", "a#u2", "b#u0"]
    assert {row["review"] for row in _rows(spoken_run, reviewed="ignore").values()} == {None}


def test_rows_in_dispute_are_left_out(spoken_run: DatasetFolder, decide: Decide) -> None:
    decide()
    decide(reviewer="ben", labels=["awe"])
    choice = choose(spoken_run, Order("table"))
    assert choice.left_out == {"disputed": 1}


def test_a_decision_on_a_row_that_was_cut_anew_is_passed_over(
    spoken_run: DatasetFolder, decide: Decide
) -> None:
    decide(verdict="corrected", labels=["relief"], row_start_s=20.0, row_end_s=24.0)
    assert _rows(spoken_run)["a#u0"]["labels"] == ["joy"]


def test_a_wrong_expression_is_refused_before_any_row_is_read(spoken_run: DatasetFolder) -> None:
    with pytest.raises(SetupError, match="--where nothing: there is no column nothing"):
        choose(spoken_run, Order("table", where="nothing"))
