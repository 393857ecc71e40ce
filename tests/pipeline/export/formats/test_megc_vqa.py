"""Questions and answers on the movements of faces."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.export.run import Exported
from stages.faults import SetupError

Export = Callable[..., tuple[Path, Exported]]


def test_events_are_counted_placed_and_named(exported: Export) -> None:
    out, told = exported("megc-vqa")
    rows = [json.loads(line) for line in (out / "train.jsonl").read_text("utf-8").splitlines()]
    assert {row["video_id"] for row in rows} == {"a"}
    assert told.left_out == {"in a window that nobody searched for events": 1}
    assert set(rows[0]) == {
        *("dataset", "subject", "filename", "video", "video_id", "question", "answer")
    }
    answers = {row["question"]: row["answer"] for row in rows}
    assert answers["How many micro-expression events are in this video?"] == "1"
    # 2.0 to 2.4 s and 5.0 to 6.0 s at 25 a second: frames from 1, the last one shown included.
    assert answers[
        "How many expression events are in this video? Localize every expression event."
    ] == (
        "2 expression events. 1-th micro-expression: frames 51-60 (apex 56), 2.00s-2.40s; "
        "2-th macro-expression: frames 126-150 (apex 138), 5.00s-6.00s"
    )
    named = answers["What distinct action units occur in this video?"]
    assert named == "inner brow raiser, outer brow raiser, lip corner puller"
    kind = "What is the expression type of the 2-th expression event of this video?"
    assert answers[kind] == "macro-expression"


def test_a_clip_without_events_says_so(exported: Export) -> None:
    out, _ = exported("megc-vqa", where="window_index = 1")
    answers = [
        json.loads(line)["answer"] for line in (out / "train.jsonl").read_text().splitlines()
    ]
    assert answers == [
        "0",
        "0 expression events",
        "0",
        "0 micro-expression events",
        "0",
        "0 macro-expression events",
        "none",
    ]


def test_a_run_without_events_has_nothing_to_ask(exported: Export) -> None:
    with pytest.raises(SetupError, match="no row is left to export"):
        exported("megc-vqa", where="video_id = 'b'")
