"""A plan: what a corpus holds, what of it will fail or surprise, and what a run would take."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.lanes import plan_lanes
from pipeline.manifest.states import with_states
from pipeline.planning.calibration import calibrate
from pipeline.planning.findings import Finding, fails, findings
from pipeline.planning.forecast import Forecast, Machine, forecast
from pipeline.planning.looking import Looked, look
from pipeline.planning.sampling import draw_moments
from pipeline.planning.start_up import start_up_s
from stages.rows import Row
from stages.segment import SegmentConfig
from stages.transcribe import TranscribeConfig

_SEED = 0


class Progress:
    """What is told while a plan is made; this one says nothing."""

    def looked_at(self, more: int) -> None:
        """The heads of so many more files have been read."""

    def phase(self, text: str) -> None:
        """What is done now."""


@dataclass(frozen=True)
class Plan:
    """What a run over a corpus comes to.

    Attributes:
        videos: how many.
        sound: of these, how many a run would work on.
        seconds: of video, of those that say how long they are.
        bytes: of their files, as far as their storages tell.
        findings: what will fail or surprise.
        forecast: None where no window was tried.
        untried: why no window was, or "".
    """

    videos: int
    sound: int
    seconds: float
    bytes: int
    findings: Sequence[Finding]
    forecast: Forecast | None
    untried: str


def make_plan(
    rows: Sequence[Row],
    config: Config,
    windows: int,
    machines: tuple[Machine, Machine],
    progress: Progress,
) -> Plan:
    """Look at the videos, and try some of their windows.

    Args:
        rows: of sources.
        config: of the run.
        windows: to try, at the most; 0: none.
        machines: this one, and the one that the run would have.
        progress: is told how it goes.

    Raises:
        SetupError: what a stage needs is not there.
    """
    videos = look(with_states(rows), config.section(TranscribeConfig), progress.looked_at)
    progress.phase("looking for files that hold the same")
    found = findings(videos, config)
    sound = [video for video in videos if not fails(video, config)]
    told, untried = _told(sound, config, windows, machines, progress)
    lengths = [video.header.duration_s or 0.0 for video in sound if video.header]
    return Plan(
        videos=len(videos),
        sound=len(sound),
        seconds=sum(lengths),
        bytes=sum(video.size_bytes or 0 for video in videos),
        findings=found,
        forecast=told,
        untried=untried,
    )


def machine(config: Config, cpus: int, gpus: int) -> Machine:
    """A machine with the lanes of the run on it.

    Raises:
        SetupError: they do not fit.
    """
    return Machine(cpus, gpus, plan_lanes(config.lanes, cpus, gpus))


def _told(
    videos: Sequence[Looked],
    config: Config,
    windows: int,
    machines: tuple[Machine, Machine],
    progress: Progress,
) -> tuple[Forecast | None, str]:
    here, there = machines
    known = [video for video in videos if video.header and video.header.duration_s]
    if not windows:
        return None, "no window was to be tried"
    if not known:
        return None, "no video that can be worked on says how long it is"
    moments = draw_moments(known, windows, config.section(SegmentConfig), _SEED)
    with tempfile.TemporaryDirectory(prefix="microemo-plan-") as folder:
        tried = calibrate(moments, config, here.lanes, Path(folder), progress.phase)
        if tried.broken:
            return None, tried.broken
        progress.phase("starting a run of one window")
        first = min(tried.tried, key=lambda one: (one.fault is not None, one.heard_s))
        began_s = start_up_s(first.source, config, Path(folder) / "run")
    return forecast(videos, tried, began_s, there, config), ""
