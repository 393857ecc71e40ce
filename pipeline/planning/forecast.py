"""What a run over a corpus would take, from what a trial of some of its windows took."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.lanes import LanePlan
from pipeline.planning.calibration import Calibration, Spent, Tried
from pipeline.planning.looking import Looked
from pipeline.planning.sampling import least_windows
from stages.segment import SegmentConfig

_OF_RAY = 1.1  # measured: the processors of a run work so much for each second of its stages
_ERRORS = 2.0  # standard errors on either side
_LEAST_SPREAD = 0.1  # a machine is not equally fast at all times


@dataclass(frozen=True)
class Range:
    """A figure that is not known for sure."""

    low: float
    likely: float
    high: float

    def times(self, factor: float) -> "Range":
        """All three, multiplied."""
        return Range(self.low * factor, self.likely * factor, self.high * factor)


@dataclass(frozen=True)
class Machine:
    """What a run would have: cores, GPUs, and the processes of each lane."""

    cpus: int
    gpus: int
    lanes: Sequence[LanePlan]


@dataclass(frozen=True)
class Forecast:
    """What a run would take.

    Attributes:
        windows: how many there will be.
        stage_s: seconds of work by stage, over all processes.
        start_up_s: once, before and after the work on rows.
        wall_s: of the whole run, as a clock shows it.
        slowest: what the run waits for: `cpus`, the name of a lane, or `longest video`.
        rows_bytes: on disk.
        gpu_hours: of the GPUs, all the time that the run takes; None without GPUs.
        chat: what a chat model would be asked, in the terms of `chat_usage`; empty without one.
        tried: windows that it rests on.
        spread: two standard errors of the work on a second of video, as a share of it.
        failures: kinds of those tried that failed.
        others: share of the processors that other programs had meanwhile.
    """

    windows: int
    stage_s: Mapping[str, float]
    start_up_s: float
    wall_s: Range
    slowest: str
    rows_bytes: float
    gpu_hours: Range | None
    chat: Mapping[str, float]
    tried: int
    spread: float
    failures: Mapping[str, int]
    others: float


def forecast(
    videos: Sequence[Looked],
    calibration: Calibration,
    start_up_s: float,
    machine: Machine,
    config: Config,
) -> Forecast:
    """The forecast of a run.

    Work is taken to grow with the seconds of video: the sum of what the windows tried took, over
    the sum of their seconds. What the cores can do together bounds a run, and so does each lane.

    Args:
        videos: those that a run would work on.
        calibration: with at least one window.
        start_up_s: seconds that a run takes beside its rows.
        machine: that the run would have.
        config: of the run.
    """
    lengths = [(video.header and video.header.duration_s) or 0.0 for video in videos]
    known = [length_s for length_s in lengths if length_s > 0]
    # Videos that do not say how long they are are taken to be as long as the others.
    seconds = sum(known) * len(lengths) / len(known) if known else 0.0
    rates = _rates(calibration.tried, config)
    work = {name: _scaled(rate, seconds) for name, rate in rates.items()}
    bounds = _bounds(work, machine, config)
    of_videos = [name for name in rates if config.recipe[name].spec.grain == "video"]
    bounds["longest video"] = max(known, default=0.0) * sum(
        rates[name].wall_s for name in of_videos
    )
    slowest = max(bounds, key=lambda name: bounds[name])
    spread = _spread(calibration.tried, config)
    off = max(spread, _LEAST_SPREAD)
    wall_s = Range(
        start_up_s + bounds[slowest] * max(0.0, 1 - off),
        start_up_s + bounds[slowest],
        start_up_s + bounds[slowest] * (1 + off),
    )
    windows = _windows(lengths, calibration.tried, config.section(SegmentConfig))
    return Forecast(
        windows=windows,
        stage_s={name: _clock_s(name, spent, config) for name, spent in work.items()},
        start_up_s=start_up_s,
        wall_s=wall_s,
        slowest=slowest,
        rows_bytes=windows * _mean([one.row_bytes for one in calibration.tried]),
        gpu_hours=wall_s.times(machine.gpus / 3600) if machine.gpus else None,
        chat=_chat(calibration.tried, windows),
        tried=len(calibration.tried),
        spread=spread,
        failures=calibration.failures,
        others=_others(work, config),
    )


def _rates(tried: Sequence[Tried], config: Config) -> dict[str, Spent]:
    """What each stage takes of a second of video."""
    heard_s = sum(one.heard_s for one in tried)
    seen_s = sum(one.window_s for one in tried)
    rates = {}
    for name in config.recipe.names:
        of = heard_s if config.recipe[name].spec.grain == "video" else seen_s
        spent = sum((one.spent.get(name, Spent()) for one in tried), Spent())
        rates[name] = _scaled(spent, 1 / of) if of else Spent()
    return rates


def _scaled(spent: Spent, factor: float) -> Spent:
    return Spent(spent.cpu_s * factor, spent.wall_s * factor)


def _clock_s(name: str, spent: Spent, config: Config) -> float:
    """Seconds that a process is busy with a stage.

    Those of the processor, unless it waits for a GPU or for others: on a busy machine the clock
    counts what other programs do.
    """
    at_once = config.recipe[name].rows_at_once(config.sections)
    on_gpu = any(lane.gpus > 0 and name in lane.stages for lane in config.lanes)
    return spent.wall_s / at_once if at_once > 1 or on_gpu else spent.cpu_s


def _bounds(work: Mapping[str, Spent], machine: Machine, config: Config) -> dict[str, float]:
    """Seconds that each of what a run may wait for would take by itself."""
    bounds = {
        plan.lane.name: sum(_clock_s(name, work[name], config) for name in plan.lane.stages)
        / (plan.high or machine.cpus)
        for plan in machine.lanes
    }
    bounds["cpus"] = _OF_RAY * sum(spent.cpu_s for spent in work.values()) / machine.cpus
    return bounds


def _others(work: Mapping[str, Spent], config: Config) -> float:
    """By the stages that neither wait for a GPU nor for others."""
    own = [spent for name, spent in work.items() if _clock_s(name, spent, config) == spent.cpu_s]
    wall_s = sum(spent.wall_s for spent in own)
    return max(0.0, 1 - sum(spent.cpu_s for spent in own) / wall_s) if wall_s else 0.0


def _spread(tried: Sequence[Tried], config: Config) -> float:
    """Two standard errors of the work on a second of video, as a share of it."""
    pairs = [
        (sum(_clock_s(name, spent, config) for name, spent in one.spent.items()), one.window_s)
        for one in tried
        if one.window_s > 0
    ]
    work_s, seen_s = (sum(values) for values in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    if len(pairs) < 2 or not work_s:
        return 1.0
    rate, count = work_s / seen_s, len(pairs)
    squares = sum((spent_s - rate * length_s) ** 2 for spent_s, length_s in pairs)
    return _ERRORS * math.sqrt(squares * count / (count - 1)) / work_s


def _windows(lengths: Sequence[float], tried: Sequence[Tried], config: SegmentConfig) -> int:
    """One for each video that fits one; of longer ones as many a second as were seen."""
    fits: Callable[[float], bool] = lambda length_s: length_s <= config.max_window_s  # noqa: E731
    long_s = sum(length_s for length_s in lengths if not fits(length_s))
    seen = [1 / one.window_s for one in tried if one.window_s and not fits(one.heard_s)]
    least = sum(least_windows(length_s, config) for length_s in lengths if not fits(length_s))
    return sum(map(fits, lengths)) + max(least, round(long_s * _mean(seen)))


def _chat(tried: Sequence[Tried], windows: int) -> dict[str, float]:
    names = dict.fromkeys(name for one in tried for name in one.asked)
    numbers = {
        name: [
            float(value) for one in tried if isinstance(value := one.asked.get(name), int | float)
        ]
        for name in names
    }
    return {name: windows * sum(values) / len(tried) for name, values in numbers.items() if values}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
