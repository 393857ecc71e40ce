"""Windows of a corpus through the real stages, and what each stage took of them.

The stages stand in a plain loop, in as many processes at once as a run would keep busy here: cores
that share caches and memory are slower together than one alone.
"""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.dataset.columns import group_rows
from pipeline.dataset.folder import DatasetFolder
from pipeline.identity import identify
from pipeline.lanes import LaneConfig, LanePlan, cpus_at_hand
from pipeline.plain_loop import build_stage
from pipeline.planning.excerpt import write_excerpt
from pipeline.planning.looking import processes
from pipeline.planning.sampling import Moment
from stages.identity import Identity
from stages.rows import Row, to_table
from stages.segment import SegmentConfig
from stages.stage import Stage
from stages.transcribe import TranscribeConfig

_WHOLE_WINDOWS = 3  # a video of up to so many is taken whole, a longer one in a stretch as long
_WINDOWS_A_PROCESS = 4  # fewer are not worth another process and its models
_ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # as Ray gives its processes


@dataclass(frozen=True)
class Spent:
    """Seconds of work: of a processor, and as a clock shows them."""

    cpu_s: float = 0.0
    wall_s: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.cpu_s + other.cpu_s, self.wall_s + other.wall_s)

    def share(self, count: int) -> "Spent":
        """What is one of `count`."""
        return Spent(self.cpu_s / count, self.wall_s / count)


@dataclass(frozen=True)
class Tried:
    """What was tried of one video.

    Attributes:
        source: its row, or that of the stretch that was taken.
        heard_s: seconds of video that the stages of videos took.
        window_s: length of its window; 0 where there is none.
        spent: by stage.
        row_bytes: of its finished row on disk.
        fault: kind of its failure, or None.
        asked: what a chat model was asked for it, in the terms of `chat_usage`.
    """

    source: Row
    heard_s: float
    window_s: float
    spent: dict[str, Spent]
    row_bytes: int
    fault: str | None
    asked: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Calibration:
    """What the trial gave; `broken` says why it gave nothing, or is ""."""

    tried: Sequence[Tried]
    processes: int
    broken: str = ""

    @property
    def failures(self) -> Counter[str]:
        """Kinds of those that failed."""
        return Counter(one.fault for one in self.tried if one.fault is not None)


def calibrate(
    moments: Sequence[Moment],
    config: Config,
    plans: Sequence[LanePlan],
    folder: Path,
    on_progress: Callable[[str], None],
) -> Calibration:
    """Send the windows of the moments through the stages.

    Args:
        moments: at least one.
        config: of the run.
        plans: of the lanes on this machine, which say how many processes compute at once.
        folder: for stretches of long videos, which stay there.
        on_progress: is told what is done.

    Raises:
        SetupError: what a stage needs is not there.
    """
    count = _processes(len(moments), plans)
    identity = identify(config)
    on_progress(f"trying {len(moments)} windows in {count} processes")
    shares = [moments[first::count] for first in range(count)]
    try:
        with _environment(_ONE_THREAD), processes(count) as pool:
            asked = [
                pool.submit(_try, share, config, identity, str(folder / str(number)))
                for number, share in enumerate(shares)
            ]
            tried = [one for answer in asked for one in answer.result()]
    except BrokenProcessPool:
        names = ", ".join(moment.row["video_id"] for moment in moments)
        told = f"a process that tried windows died; they were of {names}"
        return Calibration([], count, told)
    return Calibration(tried, count)


def _processes(windows: int, plans: Sequence[LanePlan]) -> int:
    """As many as the cores, unless GPUs or memory for models are what there is too little of."""
    on_gpus = [plan.high or plan.low for plan in plans if plan.lane.gpus > 0]
    return max(1, min(cpus_at_hand(), -(-windows // _WINDOWS_A_PROCESS), *on_gpus))


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """What processes that are started meanwhile find in their environment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _try(moments: Sequence[Moment], config: Config, identity: Identity, place: str) -> list[Tried]:
    """The trial of one process."""
    with tempfile.TemporaryDirectory() as output:
        trial = _Trial(config, identity, output)
        shortest = min(moments, key=lambda moment: moment.duration_s)
        trial.run([shortest], f"{place}-first")  # what is loaded with the first row is no work
        return trial.run(moments, place)


@dataclass
class _Open:
    """A window on its way."""

    source: Row
    heard_s: float
    row: Row
    spent: dict[str, Spent] = field(default_factory=dict)


class _Trial:
    """The stages, loaded, and what they take."""

    def __init__(self, config: Config, identity: Identity, output: str) -> None:
        self._config = config
        self._output = DatasetFolder(output)
        self._stages = {
            name: build_stage(name, config, identity, output) for name in config.recipe.names
        }

    def run(self, moments: Sequence[Moment], place: str) -> list[Tried]:
        """Work on the windows of the moments."""
        windows = [
            self._window(moment, Path(f"{place}-{number}")) for number, moment in enumerate(moments)
        ]
        for lane in self._config.lanes:
            self._through(lane, [each for each in windows if each.row.get("error") is None])
        size = self._row_bytes([each.row for each in windows if each.row.get("error") is None])
        return [_tried(each, size) for each in windows]

    def _window(self, moment: Moment, place: Path) -> _Open:
        """The window of the moment, through the stages that take videos."""
        source, length_s, time_s = self._stretch(moment, place)
        rows, spent = [source], {}
        for name in self._of_grain("video"):
            rows, spent[name] = _timed(self._stages[name], rows)
        there = [row for row in rows if row.get("error") or _holds(row, time_s)]
        return _Open(source, length_s, (there or rows)[-1], spent)

    def _stretch(self, moment: Moment, place: Path) -> tuple[Row, float, float]:
        """What is tried of a video: its source row, its length, and where the moment is in it."""
        whole = moment.row, moment.duration_s, moment.time_s
        most_s = _WHOLE_WINDOWS * self._config.section(SegmentConfig).max_window_s
        if moment.duration_s <= most_s:
            return whole
        start_s = min(max(0.0, moment.time_s - most_s / 2), moment.duration_s - most_s)
        span_s = start_s, start_s + most_s
        try:
            row, begins_s = write_excerpt(
                moment.row, span_s, place, self._config.section(TranscribeConfig)
            )
        except Exception:  # a container or codec that cannot be copied: then all of it
            return whole
        return row, span_s[1] - begins_s, moment.time_s - begins_s

    def _through(self, lane: LaneConfig, windows: Sequence[_Open]) -> None:
        """The windows through the stages of a lane that take windows, as many at once as there."""
        names = [name for name in lane.stages if name in self._of_grain("window")]
        for first in range(0, len(windows), lane.batch_rows):
            together = windows[first : first + lane.batch_rows]
            for name in names:
                self._step(name, [each for each in together if each.row.get("error") is None])

    def _step(self, name: str, windows: Sequence[_Open]) -> None:
        if not windows:
            return
        rows, spent = _timed(self._stages[name], [each.row for each in windows])
        for each, row in zip(windows, rows, strict=True):
            each.row, each.spent[name] = row, spent.share(len(windows))

    def _of_grain(self, grain: str) -> list[str]:
        return [name for name, stage in self._stages.items() if stage.spec.grain == grain]

    def _row_bytes(self, rows: list[Row]) -> int:
        """Of a row on disk, without what each file has once; a mean."""
        if not rows:
            return 0
        columns = self._config.recipe.annotation_schema
        sizes = []
        for each in ([], rows):
            name = f"trial-{len(each)}.parquet"
            self._output.write_table(name, to_table(each, columns), group_rows(columns))
            sizes.append((Path(self._output.location) / name).stat().st_size)
        return (sizes[1] - sizes[0]) // len(rows)


def _tried(each: _Open, row_bytes: int) -> Tried:
    error = each.row.get("error")
    has_window = each.row.get("start_s") is not None
    return Tried(
        source=each.source,
        heard_s=each.heard_s,
        window_s=each.row["end_s"] - each.row["start_s"] if has_window else 0.0,
        spent=each.spent,
        row_bytes=0 if error else row_bytes,
        fault=error["kind"] if error else None,
        asked=dict(each.row.get("chat_usage") or {}),
    )


def _timed(stage: Stage, rows: list[Row]) -> tuple[list[Row], Spent]:
    began, cpu_s = time.perf_counter(), time.process_time()
    done = list(stage(rows))
    return done, Spent(time.process_time() - cpu_s, time.perf_counter() - began)


def _holds(row: Row, time_s: float) -> bool:
    return bool(row["start_s"] <= time_s < row["end_s"])


def usage_of(tried: Sequence[Tried], name: str) -> float:
    """The sum of one figure of `chat_usage`; 0 where it is none, as the currency."""
    values = [one.asked.get(name) for one in tried]
    return float(sum(value for value in values if isinstance(value, int | float)))
