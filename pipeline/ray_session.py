"""Ray for the length of one run: started on this machine or joined, its noise in the run's log."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

# Ray reads these when it is imported or started. They silence notices that are no news to the
# person at the terminal; whoever sets one of them keeps it.
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_LOG_TO_DRIVER_EVENT_LEVEL": "ERROR",
}


@contextmanager
def ray_session(log_file: Path) -> Iterator[dict[str, float]]:
    """Start Ray on this machine, or join the cluster that RAY_ADDRESS names.

    Yields the resources at hand by Ray's names (`CPU`, `GPU`). What Ray and the worker processes
    print goes to `log_file`.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import ray

    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("a", encoding="utf-8", buffering=1) as stream:
        _log_to(stream)
        address = os.environ.get("RAY_ADDRESS") or "local"
        here = {"num_cpus": _cpus_at_hand(), "include_dashboard": False}
        ray.init(
            address=address,
            log_to_driver=True,
            logging_level=logging.WARNING,
            **(here if address == "local" else {}),
        )
        _workers_print_to(stream)
        _settle_ray_data()
        try:
            yield dict(ray.cluster_resources())
        finally:
            ray.shutdown()


def _cpus_at_hand() -> int:
    """The cores that this process may use, which a container may hold below the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _log_to(stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name in ("ray", "ray.data"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False


def _workers_print_to(stream: TextIO) -> None:
    """Send what worker processes print to `stream` instead of the terminal."""
    from ray._private.ray_logging import global_worker_stdstream_dispatcher as dispatcher

    def write(batch: dict[str, Any]) -> None:
        for line in batch["lines"]:
            stream.write(f"{batch.get('actor_name') or ''} pid={batch.get('pid')}: {line}\n")

    dispatcher.remove_handler("ray_print_logs")
    dispatcher.add_handler("ray_print_logs", write)


def _settle_ray_data() -> None:
    """The settings of Ray Data that the books rely on."""
    from ray.data import DataContext

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # Each yielded row becomes a block at once: windows reach the next lane while the video they
    # come from is still being worked on, and one dead process costs one row.
    context.target_max_block_size = 1
    # A block that dies with its process is owed and taken again; it must not end the run.
    context.max_errored_blocks = -1
