"""The machines of a run: this one, or those of a cluster, which come and leave while it goes."""

import os
from collections.abc import Mapping, Sequence

from pipeline.lanes import LaneConfig, LanePlan, plan_elastic_lanes, plan_lanes

LOCAL = "local"
"""What Ray calls the address of a Ray that is started for this process alone."""


def ray_address() -> str:
    """Where the Ray of a run is: what RAY_ADDRESS says, or `LOCAL`."""
    return os.environ.get("RAY_ADDRESS") or LOCAL


def joins_cluster() -> bool:
    """Whether the run joins a Ray cluster, whose machines are not this one."""
    return ray_address() != LOCAL


def plans_for(lanes: Sequence[LaneConfig], there: Mapping[str, float]) -> list[LanePlan]:
    """How many processes each lane gets; to be asked while Ray runs.

    Args:
        lanes: of the run.
        there: the resources that Ray has, by its names (`CPU`, `GPU`).

    Raises:
        SetupError: the least number of processes does not fit.
    """
    cpus, gpus = there.get("CPU", 0), there.get("GPU", 0)
    if not joins_cluster():
        return plan_lanes(lanes, cpus, gpus)
    most = _most_there_can_be()
    return plan_elastic_lanes(lanes, max(cpus, most.get("CPU", 0)), max(gpus, most.get("GPU", 0)))


def _most_there_can_be() -> Mapping[str, float]:
    """What the cluster may grow to; empty where none has told Ray, as without an autoscaler."""
    from ray._private.state import state  # Ray Data looks there too; none public knows

    return state.get_max_resources_from_cluster_config() or {}
