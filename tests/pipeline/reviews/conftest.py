"""Decisions to try things on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pipeline.reviews.decision import Decision


@pytest.fixture
def decide() -> Callable[..., Decision]:
    """Makes a decision, each a second after the last."""
    seconds = count()

    def make(**said: Any) -> Decision:
        return Decision.model_validate(
            {
                "at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds)),
                "reviewer": "anna",
                "video_id": "talk.mp4",
                "window_index": 0,
                "utterance_index": 0,
                "row_start_s": 1.0,
                "row_end_s": 2.0,
                "verdict": "accepted",
                "labels": ["joy"],
                **said,
            }
        )

    return make
