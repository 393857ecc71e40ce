"""What a run takes beside its rows."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from pipeline.planning.start_up import start_up_s
from tests.clips import write_clip


@pytest.mark.slow
def test_a_real_run_of_one_window_tells_what_starting_takes(tmp_path: Path) -> None:
    [row] = resolve_inputs([str(write_clip(tmp_path / "a.mp4", seconds=1))]).rows
    config = load_config("tiny", ["stages=[transcribe,segment,decode]"])
    assert start_up_s(row, config, tmp_path / "run") > 1
    assert (tmp_path / "run" / "annotations").is_dir()
