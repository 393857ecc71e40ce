"""Ends the processes of a run that work on a row for too long, wherever they are."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psutil

from pipeline.crashes import Crashes
from pipeline.hazards import Hazards, Worker

_EVERY_S = 2.0


class Watchman:
    """The process that knows of the hazards of a run, and whoever acts on what it knows.

    To be made while Ray runs.

    Args:
        crashes: what processes said when they ended.
    """

    def __init__(self, crashes: Crashes) -> None:
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as OnNode

        self._here = str(ray.get_runtime_context().get_node_id())
        self._on_node = OnNode
        # With the driver: what ends this machine ends the run. Should it alone be killed, another
        # one takes its place, which has to learn anew.
        kept = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1)(Hazards)
        with_driver = OnNode(self._here, soft=False)
        self.hazards: Any = kept.options(scheduling_strategy=with_driver).remote()
        self._end_there = ray.remote(num_cpus=0)(_end)
        self._looked_at = time.monotonic()
        self._crashes = crashes

    def look(self) -> None:
        """Hand on what processes said when they ended; now and then, end whoever is overdue."""
        for crash in self._crashes.found():
            self.hazards.crashed.remote(crash)
        if time.monotonic() - self._looked_at < _EVERY_S:
            return
        import ray

        self._looked_at = time.monotonic()
        late: list[Worker] = ray.get(self.hazards.overdue.remote())
        for worker in late:
            if worker.node == self._here:
                _end(worker, self.hazards)
            else:  # not waited for: the machine may be gone, and the process with it
                there = self._on_node(worker.node, soft=False)
                self._end_there.options(scheduling_strategy=there).remote(worker, self.hazards)

    def causes(self) -> Mapping[str, str]:
        """Of rows whose processes died: what one of these said."""
        import ray

        causes: Mapping[str, str] = ray.get(self.hazards.causes.remote())
        return causes


def _end(worker: Worker, hazards: Any) -> None:
    """Kill the process, if it is still there, and tell so before its rows come back."""
    import ray

    with suppress(psutil.Error):
        process = psutil.Process(worker.pid)
        if process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("ray::"):
            process.kill()  # one that is stopped hears nothing else
            ray.get(hazards.killed.remote(worker))
