"""What one process of a lane runs: its stages, on Arrow tables of rows, watched row by row."""

import os
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.again.entry import Entry, OlderRows
from pipeline.config import Config
from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.hazards import MESSAGES, Verdict, Worker
from pipeline.lanes import LaneConfig
from pipeline.loading import loading
from pipeline.plain_loop import build_stage, chain
from stages.faults import SetupError
from stages.identity import Identity
from stages.rows import TENSORS, Row, from_table, to_table

if TYPE_CHECKING:
    import pyarrow as pa

ENDS_THE_RUN = "set_up"
"""The kind of an error that no row has: whoever finishes rows raises its message as SetupError."""


class Lane:
    """The stages of a lane, loaded.

    Args:
        lane: names them.
        config: the whole tree.
        identity: of the weights.
        output: the folder of the run, where cuts are recorded.
        hazards: the handle of `pipeline.hazards.Hazards`; None: nobody watches.
        entry: where rows enter the recipe, if not at its beginning.
    """

    def __init__(
        self,
        lane: LaneConfig,
        config: Config,
        identity: Identity,
        output: str,
        hazards: Any = None,
        *,
        entry: Entry | None = None,
    ) -> None:
        """Load the stages."""
        with loading():
            stages = [build_stage(name, config, identity, output) for name in lane.stages]
        self._of_videos = [stage for stage in stages if stage.spec.grain == "video"]
        self._of_windows = stages[len(self._of_videos) :]
        self._cuts = any(stage.spec.makes_windows for stage in self._of_videos)
        self._together = max((stage.batch_rows for stage in self._of_windows), default=1)
        self._columns = config.recipe.schema_after(lane.stages[-1])
        self._cut_columns = config.recipe.cut_schema
        self._output = DatasetFolder(output)
        if self._cuts:
            self._output.hold()
        enters = entry is not None and entry.stage == lane.stages[0]
        self._older = OlderRows(entry, config.recipe) if entry is not None and enters else None
        self._limits = config.limits
        self._watch = _Watch(hazards)

    def __call__(self, table: "pa.Table") -> Iterator["pa.Table"]:
        """Yield a table of one row for each finished row, as soon as it is finished."""
        given = from_table(table)
        try:
            for row in self._finished(given):
                yield to_table([row], self._columns)
        except SetupError as fault:  # no row's fault, and Ray would count it as one
            yield to_table([_ends_the_run(given[0], fault)], self._columns)

    def _finished(self, rows: Sequence[Row]) -> Iterator[Row]:
        windows = []
        for row in rows:
            if row.get("error") is not None:
                yield row
            elif self._of_videos and row.get("window_id") is None:
                yield from self._video(row)
            else:  # a window of a recorded cut has been through the stages of videos before
                windows.append(row)
        yield from self._windows(windows)

    def _video(self, row: Row) -> Iterator[Row]:
        verdict = self._watch.begin([row], self._limits.video_seconds)[0]
        if verdict in MESSAGES:
            yield self._given_up(row, verdict)
            return
        done = list(self._watch.each(chain(self._of_videos, [row])))
        if self._cuts:
            record_cut(self._output, done, self._cut_columns)
        self._watch.end([row])
        if not self._of_windows:
            yield from done
            return
        failed = [row for row in done if row.get("error") is not None]
        sound = [row for row in done if row.get("error") is None]
        yield from failed
        for first in range(0, len(sound), self._together):
            yield from self._windows(sound[first : first + self._together])

    def _windows(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Windows through their stages: together, or each alone of which it is not sure that it
        lets its process live."""
        if not rows:
            return
        verdicts = self._watch.begin(rows, self._limits.window_seconds)
        told = list(zip(rows, verdicts, strict=True))
        yield from self._worked_on([row for row, verdict in told if verdict == "together"])
        for row in (row for row, verdict in told if verdict == "alone"):
            yield from self._windows([row])
        for row, verdict in told:
            if verdict in MESSAGES:
                yield self._given_up(row, verdict)

    def _given_up(self, row: Row, verdict: Verdict) -> Row:
        kept = {name: value for name, value in row.items() if name not in TENSORS}
        cause = self._watch.cause_of(row) if verdict == "worker_died" else None
        message = MESSAGES[verdict] + (f" ({cause})" if cause else "")
        return {**kept, "error": {"stage": "pipeline", "kind": str(verdict), "message": message}}

    def _worked_on(self, rows: Sequence[Row]) -> Iterator[Row]:
        given: Iterable[Row] = rows if self._older is None else map(self._older, rows)
        for row in self._watch.each(chain(self._of_windows, given)):
            self._watch.end([row])
            yield row


class _Watch:
    """Tells `Hazards` what this process works on; each of its threads is a worker to it."""

    def __init__(self, hazards: Any) -> None:
        self._hazards = hazards
        self._of_thread = threading.local()

    @property
    def _worker(self) -> Worker:
        if not hasattr(self._of_thread, "worker"):
            self._of_thread.worker = _this_worker()
        worker: Worker = self._of_thread.worker
        return worker

    def begin(self, rows: Sequence[Row], allowed_s: float) -> list[Verdict]:
        """How each of the rows is to be taken."""
        if self._hazards is None:
            return ["together"] * len(rows)
        import ray

        names = [_name(row) for row in rows]
        asked = self._hazards.begin.remote(self._worker, names, allowed_s)
        verdicts = ray.get(asked)
        return [verdicts[name] for name in names]

    def cause_of(self, row: Row) -> str | None:
        """How those ended that had the row before, where one of them said so."""
        import ray

        causes: Mapping[str, str] = ray.get(self._hazards.causes.remote())
        return causes.get(_name(row))

    def each(self, done: Iterable[Row]) -> Iterator[Row]:
        """The rows as they are done; only the time until each comes counts."""
        waiting = iter(done)
        while True:
            self._tell("works", is_heard=True)  # a process that stops dead sends nothing more
            try:
                row = next(waiting)
            except StopIteration:
                return
            finally:
                self._tell("rests")
            yield row

    def end(self, rows: Sequence[Row]) -> None:
        """These are done."""
        self._tell("rests", [_name(row) for row in rows])

    def _tell(self, what: str, *more: Any, is_heard: bool = False) -> None:
        if self._hazards is None:
            return
        import ray

        told = getattr(self._hazards, what).remote(self._worker, *more)
        if is_heard:
            ray.get(told)


def _name(row: Row) -> str:
    return str(row.get("window_id") or row["video_id"])


def _this_worker() -> Worker:
    import ray

    node = str(ray.get_runtime_context().get_node_id())
    return Worker(uuid.uuid4().hex, node, ray.util.get_node_ip_address(), os.getpid())


def _ends_the_run(row: Row, fault: SetupError) -> Row:
    error = {"stage": "pipeline", "kind": ENDS_THE_RUN, "message": str(fault)}
    return {"video_id": row["video_id"], "error": error}
