"""A run in figures while it goes, for Prometheus, by `ray.util.metrics`.

Ray serves them on each machine where `ray[default]` is installed; without it they go nowhere, and
nothing else changes. Its prefix is `ray_`, and counters end in `_total`:
`ray_microemo_stage_rows_total{stage="decode"}`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.lanes import LanePlan

if TYPE_CHECKING:
    import pyarrow as pa

_SHORTEST_S = 1e-9  # Ray refuses to add nothing


class Metrics:
    """The metrics of a run. To be made while Ray runs, once in a process."""

    def __init__(self) -> None:
        from ray.util.metrics import Counter, Gauge

        self._rows = Counter(
            "microemo_stage_rows",
            "Rows that went through the stage or failed in it, counted once they are finished.",
            ("stage",),
        )
        self._seconds = Counter(
            "microemo_stage_seconds", "Seconds that the stage spent on those rows.", ("stage",)
        )
        self._failures = Counter("microemo_failures", "Rows that failed.", ("stage", "kind"))
        self._queue = Gauge(
            "microemo_lane_rows",
            "Rows before a lane (waiting) and with its processes (held).",
            ("lane", "state"),
        )
        self._processes = Gauge("microemo_lane_processes", "Processes of a lane.", ("lane",))

    def finished(self, table: "pa.Table") -> None:
        """Count finished rows."""
        names = [name for name in ("timings", "error") if name in table.column_names]
        for row in table.select(names).to_pylist():
            for stage, seconds in (row.get("timings") or {}).items():
                if seconds is not None:
                    self._rows.inc(1, {"stage": stage})
                    self._seconds.inc(max(seconds, _SHORTEST_S), {"stage": stage})
            error = row.get("error")
            if error is not None:
                self._failures.inc(1, {"stage": error["stage"], "kind": error["kind"]})

    def look(self, plans: Sequence[LanePlan]) -> None:
        """Note where the rows are that are not finished."""
        from pipeline.execution import Execution

        queues = Execution.queues
        for plan, queue in zip(plans, queues, strict=bool(queues)):
            lane = plan.lane.name
            self._queue.set(queue.waiting, {"lane": lane, "state": "waiting"})
            self._queue.set(queue.held, {"lane": lane, "state": "held"})
            self._processes.set(queue.processes, {"lane": lane})
