"""What a program is told of a run while it goes."""

import io
import json
from typing import Any

import pytest

from jobs import progress_lines as module
from jobs.progress_lines import JsonWatcher

ROW = {"video_id": "a", "start_s": 0.0, "end_s": 30.0, "error": None}


def _told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_step_is_a_line_with_the_counts_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY_S", 0.0)
    stream = io.StringIO()
    watcher = JsonWatcher(stream)
    watcher.began(videos=4, done_before=1)
    watcher.phase("starting")
    watcher.row(ROW, done=2.5, failed=0)
    watcher.row({**ROW, "error": {"kind": "internal"}}, done=3.0, failed=1)
    watcher.tick(waited_s=2.5)
    told = _told(stream)
    assert [line["event"] for line in told] == ["began", "phase", "progress", "progress", "waiting"]
    assert told[1]["text"] == "starting"
    assert (told[0]["videos"], told[0]["done"]) == (4, 1.0)
    last = told[-1]
    assert (last["done"], last["failed"], last["windows"], last["video_s"]) == (3.0, 1, 1, 30.0)
    assert last["waited_s"] == 2.5
    assert all(line["time"].endswith("+00:00") for line in told)


def test_many_rows_a_second_are_few_lines_and_the_last_is_among_them() -> None:
    stream = io.StringIO()
    watcher = JsonWatcher(stream)
    watcher.began(videos=500, done_before=0)
    for done in range(1, 501):
        watcher.row(ROW, done=float(done), failed=0)
    watcher.phase("writing the report")
    told = _told(stream)
    assert len(told) < 6
    assert [line["event"] for line in told[-2:]] == ["progress", "phase"]
    assert told[-2]["done"] == 500.0
