"""Runs to export, and decisions on them."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog

Make = Callable[..., Any]


@pytest.fixture
def spoken_run(write_run: Make, make_annotation: Make, make_utterance: Make) -> DatasetFolder:
    """Two videos: `a` with three utterances of two windows, `b` with one; windows of 10 s."""
    first = [
        make_utterance(0, 1.0, 4.0, speaker="Ann", labels=["joy"], label_confidence=[0.9]),
        make_utterance(1, 5.0, 8.0, speaker="Ben", labels=["fear"], label_confidence=[0.3]),
    ]
    second = [make_utterance(2, 11.0, 14.0, labels=[], label_confidence=[], abstained=True)]
    other = [make_utterance(0, 1.0, 4.0, speaker="Ann", text='It\'s \u05d0, \U0001f600 "so"')]
    folder: DatasetFolder = write_run(
        [make_annotation("a", 1, 2, utterances=second)],
        [make_annotation("a", 0, 2, utterances=first), make_annotation("b", utterances=other)],
        failures=[],
    )
    return folder


@pytest.fixture
def decide(spoken_run: DatasetFolder) -> Callable[..., Decision]:
    """Keeps a decision on an utterance of `spoken_run`: of `a`, the first, unless told."""
    log = DecisionLog(spoken_run)

    def keep(**said: Any) -> Decision:
        decision = Decision.model_validate(
            {
                "reviewer": "anna",
                "video_id": "a",
                "window_index": 0,
                "utterance_index": 0,
                "row_start_s": 1.0,
                "row_end_s": 4.0,
                "verdict": "accepted",
                "labels": ["joy"],
                **said,
            }
        )
        log.add(decision)
        return decision

    return keep
