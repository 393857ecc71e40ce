"""Scores of facial events as they are printed and written."""

import io
import json

import pytest
from rich.console import Console

from jobs.evaluate.as_json import plain_events
from jobs.evaluate.table import show_events
from pipeline.evaluation.events.scoring import EventScores, score_events
from tests.pipeline.evaluation.events.filmed import films, spotted


@pytest.fixture
def scores() -> EventScores:
    true = films(8)
    found = {name: spotted(one, *one.events) for name, one in list(true.items())[1:]}
    return score_events(true, found, seed=0)


def test_they_are_printed_with_what_they_are_worth(scores: EventScores) -> None:
    console = Console(file=io.StringIO(), width=120)
    show_events(console, scores)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "0.1 to 0.45, and not comparable" in shown
    assert "7 of 8 videos were searched, 3.5 minutes" in shown
    assert "missed of what was not searched: v0.mp4." in shown
    assert "No video that was searched is without an expression" in shown
    assert "match an expression out of view" in shown
    for words in ("micro-expressions", "both, counts summed as in MEGC", "blinks", "speaking"):
        assert words in shown


def test_json_has_every_figure(scores: EventScores) -> None:
    found = json.loads(json.dumps(plain_events(scores), allow_nan=False))
    assert found["by_kind"]["micro"]["recall"]["value"] == pytest.approx(7 / 8)
    assert found["by_kind"]["micro"]["precision"]["value"] == 1.0
    assert found["quiet"]["micro"] == {"videos": 0, "minutes": 0, "false": 0, "a_minute": None}
    assert {one["kind"] for one in found["conditions"]} == {"micro", "macro"}
    assert "not comparable" in found["note"]
