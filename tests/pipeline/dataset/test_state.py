"""How far a dataset is, as whoever asks from outside is told."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.dataset.lock import RunLock, holding
from pipeline.dataset.state import state_of

Make = Callable[..., Any]
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_videos_windows_and_failures_are_counted_once(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    window = {"window_index": 1, "window_count": 4}
    folder = write_run(
        [make_annotation("film", 0, 4), make_annotation("a")],
        [make_annotation("a")],
        failures=[make_failure("film", **window), make_failure("x"), make_failure("y")],
    )
    state = state_of(folder)
    assert (state.videos_done, state.videos_started, state.videos_failed) == (3, 4, 3)
    assert (state.windows, state.windows_owed) == (2, 2)
    assert state.failures == {"unreadable": 3}
    assert state.videos_asked is None
    assert state.holding is None


def test_the_last_run_says_how_many_videos_it_was_given(
    write_run: Make, make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")])
    record = {"runs": [{"videos": 9}, {"videos": 40}]}
    folder.write_bytes("run.json", json.dumps(record).encode())
    assert state_of(folder).videos_asked == 40


def test_the_pace_is_that_of_the_last_ten_minutes(write_run: Make, make_annotation: Make) -> None:
    minutes = [0, 100, 101, 102, 103, 104]  # a run, and another after a pause
    rows = [make_annotation(f"v{at}", created_at=NOON + timedelta(minutes=at)) for at in minutes]
    state = state_of(write_run(rows))
    assert state.windows_an_hour == pytest.approx(60)
    assert state.last_row_at == NOON + timedelta(minutes=104)


def test_of_one_row_no_pace_is_told(write_run: Make, make_annotation: Make) -> None:
    assert state_of(write_run([make_annotation("a", created_at=NOON)])).windows_an_hour is None
    assert state_of(write_run([])).last_row_at is None


def test_who_writes_is_told_while_it_writes(write_run: Make) -> None:
    folder = write_run([])
    with RunLock(folder):
        held = state_of(folder).holding
    assert held is not None
    assert (held.pid, held.is_dead) == (os.getpid(), False)
    assert held.beat_s is not None
    assert held.beat_s < 60
    assert holding(folder) is None


def test_a_lock_that_was_left_behind_or_cannot_be_read_is_told_as_such(write_run: Make) -> None:
    folder = write_run([])
    with RunLock(folder):
        left = json.loads(folder.read_bytes("run.lock"))
    folder.write_bytes("run.lock", json.dumps({**left, "started": "1"}).encode())
    found = holding(folder)
    assert found is not None
    assert found.is_dead is True
    folder.write_bytes("run.lock", b"[half")
    found = holding(folder)
    assert found is not None
    assert (found.pid, found.beat_s, found.is_dead) == (None, None, None)


def test_rows_are_counted_by_what_they_were_made_with(
    write_run: Make, make_annotation: Make
) -> None:
    rows = [make_annotation(name, config_hash=of) for name, of in (("a", "1"), ("b", "2"))]
    folder = write_run([*rows, make_annotation("c", config_hash="2")])
    state = state_of(folder)
    assert state.configurations == {"2": 2, "1": 1}
    assert not state.is_made_again
    folder.write_bytes("again/plan.json", b"{}")
    assert state_of(folder).is_made_again
