"""Windows that go through the real stages for a trial."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from pipeline.planning.calibration import Calibration, calibrate
from pipeline.planning.plan import machine
from pipeline.planning.sampling import Moment
from tests.clips import tone, write_clip

STAGES = ["transcribe", "segment", "decode"]
CONFIG = load_config("tiny", [f"stages=[{','.join(STAGES)}]", "segment.max_window_s=10"])


@pytest.fixture(scope="module")
def calibration(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    folder = tmp_path_factory.mktemp("films")
    write_clip(folder / "a_short.mp4", seconds=2, fps=5, audio=tone())
    write_clip(folder / "b_long.mp4", seconds=60, fps=5, audio=tone())
    (folder / "c_broken.mp4").write_text("nothing to see")
    rows = resolve_inputs([str(folder)]).rows
    moments = [Moment(rows[0], 2, 1), Moment(rows[1], 60, 44), Moment(rows[2], 2, 1)]
    plans = machine(CONFIG, 2, 0).lanes
    told: list[str] = []
    found = calibrate(moments, CONFIG, plans, folder, told.append)
    assert told == ["trying 3 windows in 1 processes"]
    return found


def test_every_stage_is_timed_by_processor_and_by_clock(calibration: Calibration) -> None:
    short = calibration.tried[0]
    assert list(short.spent) == STAGES
    assert all(spent.wall_s > 0 for spent in short.spent.values())
    assert short.spent["decode"].cpu_s > 0
    assert short.window_s == pytest.approx(2, abs=0.2)
    assert short.row_bytes > 0


def test_a_long_video_is_tried_in_a_stretch_around_the_moment(calibration: Calibration) -> None:
    long = calibration.tried[1]
    assert long.fault is None
    assert long.source["uri"].endswith(".mkv")
    assert 30 <= long.heard_s <= 37  # three windows, from the key picture before
    assert 5 <= long.window_s <= 10


def test_what_fails_is_counted_and_takes_nothing_else_along(calibration: Calibration) -> None:
    assert calibration.failures == {"unreadable": 1}
    assert calibration.broken == ""


def test_the_stretch_lies_in_the_folder_that_is_given(calibration: Calibration) -> None:
    source = Path(calibration.tried[1].source["uri"])
    assert source.is_file()
