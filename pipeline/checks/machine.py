"""Whether this machine can hold the run: GPUs, CPUs and memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from pipeline.config import Config
from pipeline.lanes import cpus_at_hand, plan_lanes
from pipeline.machines import joins_cluster
from stages.check import Check, fail, ok, warn
from stages.faults import SetupError
from stages.model import model_folder, weight_files

_GIB = 2**30
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")

# Resident memory of a process on the generous side, the weights apart: Python, Ray and the
# libraries of the lane; a lane that holds the model also holds torch.
_PROCESS_GIB = 0.4
_TORCH_GIB = 1.0
_RAY_GIB = 1.0


def check_gpu(config: Config) -> Check:
    """Whether the GPUs that the configuration names are there."""
    wanted = sorted(set(_cuda_keys(config)))
    booked = any(lane.gpus > 0 for lane in config.lanes)
    if not wanted and not booked:
        return ok("gpu", "not needed: everything computes on the CPU")
    if joins_cluster():
        return ok("gpu", "looked for on the cluster when the run starts")
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    why = ", ".join(wanted) or "lanes.N.gpus"
    if count == 0:
        return fail(
            "gpu",
            f"no GPU that torch {torch.__version__} can use; wanted by {why}",
            "See whether `nvidia-smi` shows one and the driver suits torch's CUDA, or set these "
            "keys to cpu and lanes.N.gpus to 0.",
        )
    highest = max((int(key.rpartition(":")[2]) for key in wanted if ":" in key), default=0)
    if highest >= count:
        return fail("gpu", f"{why}: there are only {count} GPUs", "The first is cuda:0.")
    names = [
        f"{torch.cuda.get_device_name(at)} ({_gib(torch.cuda.get_device_properties(at))} GiB)"
        for at in range(count)
    ]
    return ok("gpu", ", ".join(names))


def check_lanes(config: Config) -> Check:
    """Whether the least number of processes fits the CPUs and GPUs."""
    if joins_cluster():
        return ok("lanes", "added up on the cluster when the run starts")
    cpus, gpus = cpus_at_hand(), gpus_at_hand(config)
    try:
        planned = plan_lanes(config.lanes, cpus, gpus)
    except SetupError as fault:
        said = str(fault).removeprefix("lanes: ")
        return fail("lanes", said, "`microemo config` shows the lanes.")
    sums = ", ".join(f"[{plan.lane.name}] x {plan.high or plan.low}" for plan in planned)
    return ok("lanes", f"{cpus} CPUs, {gpus} GPUs: {sums}")


def check_memory(config: Config) -> Check:
    """Whether memory holds the processes of the lanes, by a rough estimate."""
    if joins_cluster():
        return ok("memory", "that of the cluster is not looked at")
    at_hand = _memory_bytes() / _GIB
    try:
        planned = plan_lanes(config.lanes, cpus_at_hand(), gpus_at_hand(config))
    except SetupError:
        return ok("memory", f"{at_hand:.1f} GiB")
    processes = [(plan.high or plan.low, plan.lane.stages) for plan in planned]
    needed = _RAY_GIB + sum(count * _lane_gib(stages, config) for count, stages in processes)
    detail = f"{at_hand:.1f} GiB, about {needed:.1f} GiB needed with long windows in every process"
    if needed > at_hand:
        return warn(
            "memory",
            detail,
            "Lower decode.max_analysis_mib or segment.max_window_s, or book "
            "more CPUs for each process (lanes.N.cpus).",
        )
    return ok("memory", detail)


def gpus_at_hand(config: Config) -> int:
    """The GPUs that torch can use; 0 where no lane books one."""
    if not any(lane.gpus > 0 for lane in config.lanes):
        return 0
    import torch

    return int(torch.cuda.device_count()) if torch.cuda.is_available() else 0


def _cuda_keys(config: Config) -> Iterator[str]:
    """The keys that ask for a GPU, with their values: `model.device=cuda:1`."""
    for section, values in config.sections.items():
        for name, value in values:
            if name.endswith("device") and str(value).startswith("cuda"):
                yield f"{section}.{name}={value}"


def _lane_gib(names: Sequence[str], config: Config) -> float:
    stages = [config.recipe[name] for name in names]
    needed = _PROCESS_GIB + sum(stage.memory_gib(config.sections) for stage in stages)
    if any("model" in stage.spec.needs for stage in stages):
        needed += _TORCH_GIB
        if config.model.device == "cpu":
            needed += _weights_gib(config)
    return needed


def _weights_gib(config: Config) -> float:
    if not Path(config.model.path).expanduser().is_dir():
        return 0.0
    try:
        return sum(file.stat().st_size for file in weight_files(model_folder(config.model))) / _GIB
    except SetupError:  # told by the check of the model
        return 0.0


def _memory_bytes() -> int:
    total = int(psutil.virtual_memory().total)
    limit = _CGROUP_LIMIT.read_text().strip() if _CGROUP_LIMIT.is_file() else "max"
    return min(total, int(limit)) if limit.isdigit() else total


def _gib(properties: Any) -> int:
    return int(properties.total_memory // _GIB)
