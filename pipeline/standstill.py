"""Why a run stands still, where that can be seen and does not pass by itself."""

import os
import time
from collections.abc import Callable, Sequence

from pipeline.lanes import READER_CPUS, LanePlan
from pipeline.machines import joins_cluster
from stages.faults import SetupError

_MEMORY_S = 60.0
_MACHINES_S = 600.0  # a cluster may be bringing up others
_SHARE = "RAY_memory_usage_threshold"  # Ray reads it too: above it, it ends processes
_DEFAULT_SHARE = 0.95

Figures = tuple[float, float]  # what is there, and what there would have to be


class Standstill:
    """Ends a run whose processes are ended or find no room, each time and for long.

    To be made while Ray runs.

    Args:
        plans: of the lanes.
        memory: bytes in use on this machine, and Ray's limit of them.
        cpus: CPUs of all machines.
        clock: seconds.
    """

    def __init__(
        self,
        plans: Sequence[LanePlan],
        memory: Callable[[], Figures] | None = None,
        cpus: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._needed_cpus = READER_CPUS + sum(plan.low * plan.lane.cpus for plan in plans)
        self._memory = memory or _memory
        self._cpus = cpus or _cpus
        self._clock = clock
        self._full_since: float | None = None
        self._lost_since: float | None = None

    def look(self, *, moves: bool) -> None:
        """
        Args:
            moves: whether a row was finished since the last look.

        Raises:
            SetupError: no row was finished for a minute in which more memory was in use than Ray
                allows, or for ten in which there were too few machines.
        """
        now = self._clock()
        used, limit = self._memory()
        cpus = self._cpus()
        self._full_since = None if moves or used < limit else self._full_since or now
        is_lost = cpus < self._needed_cpus - 1e-9
        self._lost_since = None if moves or not is_lost else self._lost_since or now
        if self._full_since is not None and now - self._full_since > _MEMORY_S:
            raise SetupError(
                f"{used / 2**30:.1f} GiB of memory are in use on this machine, above the "
                f"{limit / 2**30:.1f} GiB from which Ray ends processes, and no row was finished "
                "for a minute. End other programs, or let fewer processes run: raise lanes.N.cpus."
            )
        if self._lost_since is not None and now - self._lost_since > _MACHINES_S:
            raise SetupError(
                f"the lanes need {self._needed_cpus:g} CPUs and {cpus:g} are left: machines were "
                "lost, and none has come for ten minutes. See to the cluster."
            )


def _memory() -> Figures:
    if joins_cluster():  # this machine may hold no process of a lane
        return 0.0, 1.0
    from ray._common.utils import get_system_memory
    from ray._private.utils import get_used_memory

    share = float(os.environ.get(_SHARE, _DEFAULT_SHARE))
    return get_used_memory(), share * get_system_memory()


def _cpus() -> float:
    import ray

    return float(ray.cluster_resources().get("CPU", 0.0))
