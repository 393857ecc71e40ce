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


class Standstill:
    """Ends a run that does not move while there is a trouble, all the time and for long.

    Args:
        trouble: what it is, in a sentence; None: there is none.
        allowed_s: seconds for it to pass.
        clock: seconds.
    """

    def __init__(
        self,
        trouble: Callable[[], str | None],
        allowed_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._trouble = trouble
        self._allowed_s = allowed_s
        self._clock = clock
        self._since_s: float | None = None

    def look(self, *, moves: bool) -> None:
        """
        Args:
            moves: whether a row was finished since the last look.

        Raises:
            SetupError: it has not passed.
        """
        told = None if moves else self._trouble()
        if told is None:
            self._since_s = None
            return
        now_s = self._clock()
        self._since_s = now_s if self._since_s is None else self._since_s
        if now_s - self._since_s > self._allowed_s:
            raise SetupError(told)


def standstill_of(plans: Sequence[LanePlan]) -> Standstill:
    """What may hold a run up: on a cluster machines that were lost, else memory that is short.

    To be asked while Ray runs.
    """
    if not joins_cluster():
        return Standstill(lambda: short_memory(*_memory()), _MEMORY_S)
    needed = READER_CPUS + sum(plan.low * plan.lane.cpus for plan in plans)
    return Standstill(lambda: too_few_machines(_cpus(), needed), _MACHINES_S)


def short_memory(used: float, limit: float) -> str | None:
    """What is said where so many bytes are in use, and Ray ends processes above `limit`."""
    if used < limit:
        return None
    return (
        f"{used / 2**30:.1f} GiB of memory are in use on this machine, above the "
        f"{limit / 2**30:.1f} GiB from which Ray ends processes, and no row was finished for a "
        "minute. End other programs, or let fewer processes run: raise lanes.N.cpus."
    )


def too_few_machines(cpus: float, needed: float) -> str | None:
    """What is said where a cluster has so many CPUs, and the lanes need `needed` at the least."""
    if cpus >= needed - 1e-9:
        return None
    return (
        f"the lanes need {needed:g} CPUs and {cpus:g} are left: machines were lost, and none has "
        "come for ten minutes. See to the cluster."
    )


def _memory() -> tuple[float, float]:
    from ray._common.utils import get_system_memory
    from ray._private.utils import get_used_memory

    share = float(os.environ.get(_SHARE, _DEFAULT_SHARE))
    return get_used_memory(), share * get_system_memory()


def _cpus() -> float:
    import ray

    return float(ray.cluster_resources().get("CPU", 0.0))
