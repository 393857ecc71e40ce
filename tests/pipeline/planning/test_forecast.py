"""From what some windows took to what a run would take."""

from collections.abc import Sequence

import pytest

from pipeline.config import Config, load_config
from pipeline.planning.calibration import Calibration, Spent, Tried
from pipeline.planning.forecast import Forecast, forecast
from pipeline.planning.looking import Looked
from pipeline.planning.plan import machine
from pipeline.planning.transcript import FoundTranscript
from stages.header import Header

CONFIG = load_config("tiny", [])


def _videos(*lengths_s: float) -> list[Looked]:
    return [
        Looked(
            {"video_id": str(at), "uri": f"/{at}"},
            Header(length_s or None, 25, 320, 240, True, 1, False, True, False, 0),
            None,
            FoundTranscript(),
        )
        for at, length_s in enumerate(lengths_s)
    ]


def _tried(window_s: float, cpu_s: float, wall_s: float | None = None) -> Tried:
    each = Spent(cpu_s, cpu_s if wall_s is None else wall_s)
    spent = dict.fromkeys(CONFIG.recipe.names, each)
    return Tried({}, window_s, window_s, spent, 10_000, None)


def _told(
    videos: Sequence[Looked],
    tried: Sequence[Tried],
    *,
    cpus: int = 2,
    gpus: int = 0,
    config: Config = CONFIG,
) -> Forecast:
    return forecast(videos, Calibration(tried, 2), 20.0, machine(config, cpus, gpus), config)


def test_work_grows_with_the_seconds_of_video() -> None:
    tried = [_tried(10, 1.0), _tried(20, 2.0)]
    told = _told(_videos(*[15.0] * 100), tried)
    assert told.stage_s["faces"] == pytest.approx(150)
    assert told.windows == 100
    assert told.spread == pytest.approx(0)
    assert told.rows_bytes == pytest.approx(1_000_000)
    # Eight stages, a tenth more for Ray, two cores.
    assert told.wall_s.likely == pytest.approx(20 + 8 * 150 * 1.1 / 2)
    assert told.slowest == "cpus"
    assert told.wall_s.low < told.wall_s.likely < told.wall_s.high


def test_more_cores_make_it_shorter_but_not_its_start() -> None:
    videos, tried = _videos(*[15.0] * 1000), [_tried(10, 1.0), _tried(20, 2.0)]
    few, many = (_told(videos, tried, cpus=cpus).wall_s.likely for cpus in (2, 16))
    assert (few - 20) / (many - 20) == pytest.approx(8, rel=0.35)


def test_what_differs_from_window_to_window_widens_the_range() -> None:
    alike = _told(_videos(*[15.0] * 100), [_tried(10, 1.0)] * 8)
    unlike = _told(_videos(*[15.0] * 100), [_tried(10, 0.2), _tried(10, 1.8)] * 4)
    assert unlike.spread > 0.5
    assert unlike.wall_s.high - unlike.wall_s.low > alike.wall_s.high - alike.wall_s.low


def test_one_long_video_is_not_heard_by_two_processes() -> None:
    tried = [_tried(10, 0.1)]
    told = _told(_videos(36_000), tried, cpus=64)
    assert told.slowest == "longest video"
    assert told.wall_s.likely == pytest.approx(20 + 36_000 * 0.02)


def test_videos_that_do_not_say_how_long_they_are_count_as_the_others() -> None:
    tried = [_tried(10, 1.0)]
    assert _told(_videos(10, 0), tried).stage_s == _told(_videos(10, 10), tried).stage_s


def test_a_busy_machine_is_told_and_does_not_count_as_work() -> None:
    told = _told(_videos(*[15.0] * 100), [_tried(10, 1.0, wall_s=2.0)] * 2)
    assert told.others == pytest.approx(0.5)
    assert told.stage_s["faces"] == pytest.approx(150)


def test_gpus_are_paid_for_as_long_as_the_run_takes() -> None:
    lanes = [
        "lanes=[{stages: [transcribe, segment, decode, faces, evidence]}, "
        "{stages: [encode, pool, generate], gpus: 1}]"
    ]
    config = load_config("tiny", lanes)
    tried = [_tried(10, 0.1, wall_s=10.0)]
    one, four = (
        _told(_videos(*[10.0] * 100), tried, cpus=16, gpus=gpus, config=config) for gpus in (1, 4)
    )
    assert one.slowest == "encode+pool+generate"
    assert one.wall_s.likely == pytest.approx(20 + 3 * 1000)
    assert four.wall_s.likely == pytest.approx(20 + 3 * 1000 / 4)
    assert one.gpu_hours is not None
    assert one.gpu_hours.likely == pytest.approx(one.wall_s.likely / 3600)


def test_failures_of_the_trial_are_counted() -> None:
    failed = Tried({}, 10, 0, {"transcribe": Spent(1, 1)}, 0, "no_frames")
    told = _told(_videos(10, 10), [_tried(10, 1.0), failed])
    assert told.failures == {"no_frames": 1}
    assert told.tried == 2
