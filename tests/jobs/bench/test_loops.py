"""Plain loops at once: every row once, whatever loop had it, on one thread each."""

import os
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.bench.loops import through_loops
from jobs.bench.repeated import repeated
from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from tests.clips import write_clip

LISTENS = ("stages=[transcribe, segment]",)
TOLD = pa.schema([("video_id", pa.string()), ("end_s", pa.float64())])


@pytest.mark.parametrize("loops", [1, 2])
def test_every_row_comes_back_once(tmp_path: Path, loops: int) -> None:
    clip = write_clip(tmp_path / "clip.mp4", seconds=0.4)
    rows = repeated(resolve_inputs([str(clip)]).rows, 5)
    done = through_loops(rows, load_config("tiny", LISTENS), TOLD, loops=loops)
    assert sorted(row["video_id"] for row in done.rows) == [f"{i}/clip.mp4" for i in range(5)]
    assert all(row["end_s"] == pytest.approx(0.4, abs=0.05) for row in done.rows)
    assert done.start_s > 0
    assert done.work_s > 0


def test_the_environment_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    through_loops([], load_config("tiny", LISTENS), TOLD, loops=1)
    assert os.environ["OMP_NUM_THREADS"] == "7"
