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
        self._asked: Any = None  # who is overdue

    def look(self) -> None:
        """Hand on what processes said when they ended; now and then, end whoever is overdue."""
        for crash in self._crashes.found():
            self.hazards.crashed.remote(crash)
        if time.monotonic() - self._looked_at < _EVERY_S:
            return
        import ray

        self._looked_at = time.monotonic()
        # Not waited for: where memory is short, whoever is to answer is ended again and again.
        if self._asked is not None and not ray.wait([self._asked], timeout=0)[0]:
            return
        late: list[Worker] = [] if self._asked is None else ray.get(self._asked)
        self._asked = self.hazards.overdue.remote()
        for worker in late:
            if worker.node == self._here:
                _end(worker, self.hazards)
            else:  # not waited for: the machine may be gone, and the process with it
                there = self._on_node(worker.node, soft=False)
                self._end_there.options(scheduling_strategy=there).remote(worker, self.hazards)

    def causes(self) -> Mapping[str, str]:
        """Of rows whose processes died: what one of these said."""
        import ray

        with suppress(ray.exceptions.GetTimeoutError):
            return dict(ray.get(self.hazards.causes.remote(), timeout=_EVERY_S))
        return {}


def _end(worker: Worker, hazards: Any) -> None:
    """Kill the process, if it is still there, and tell so before its rows come back."""
    import ray

    with suppress(psutil.Error):
        process = psutil.Process(worker.pid)
        if process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("ray::"):
            process.kill()  # one that is stopped hears nothing else
            with suppress(ray.exceptions.GetTimeoutError):
                ray.get(hazards.killed.remote(worker), timeout=_EVERY_S)
