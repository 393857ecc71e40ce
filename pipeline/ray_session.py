"""Ray for the length of one run: started on this machine or joined, its noise in the run's log."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from pipeline.lanes import cpus_at_hand
from stages.faults import SetupError

# Ray reads these when it starts. They silence notices that are no news to the person at the
# terminal; whoever sets one of them keeps it.
_QUIET = {
    "RAY_DATA_LOGGING_CONFIG": str(Path(__file__).with_name("ray_data_logging.yaml")),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}

_WARNINGS = "py.warnings"  # the logger that the standard library sends captured warnings to


@contextmanager
def ray_session(log_file: Path) -> Iterator[dict[str, float]]:
    """Start Ray on this machine, or join the cluster that RAY_ADDRESS names.

    Yields the resources at hand by Ray's names (`CPU`, `GPU`). What Ray and the worker processes
    print goes to `log_file`.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with (
        log_file.open("a", encoding="utf-8", buffering=1) as log,
        _native_noise_to(log),
        _warnings_logged(),
    ):
        import ray

        _log_to(log)
        address = os.environ.get("RAY_ADDRESS") or "local"
        here: dict[str, Any] = {"num_cpus": cpus_at_hand(), "include_dashboard": False}
        try:
            ray.init(
                address=address,
                log_to_driver=True,
                logging_level=logging.WARNING,
                **(here if address == "local" else {}),
            )
        except (ConnectionError, TimeoutError, RuntimeError, ValueError) as fault:
            raise SetupError(
                f"Ray at '{address}' cannot be reached: {str(fault).splitlines()[0]}. See whether "
                f"the cluster of RAY_ADDRESS is up and takes this machine; {log_file} says more."
            ) from fault
        _workers_print_to(log)
        _settle_ray_data()
        try:
            yield dict(ray.cluster_resources())
        finally:
            ray.shutdown()


@contextmanager
def _native_noise_to(log: TextIO) -> Iterator[None]:
    """Send what native code writes to the error stream to `log`; Python's stays where it is."""
    sys.stderr.flush()
    terminal = os.dup(2)
    python_stderr = sys.stderr
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.close()
        sys.stderr = python_stderr
        os.dup2(terminal, 2)
        os.close(terminal)


@contextmanager
def _warnings_logged() -> Iterator[None]:
    """Send Python's warnings, most of them Ray's advice to its own callers, to a logger."""
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)


def _log_to(log: TextIO) -> None:
    handler = logging.StreamHandler(log)
    handler.setLevel(logging.INFO)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name in ("ray", _WARNINGS):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False


def _workers_print_to(log: TextIO) -> None:
    """Send what worker processes print to `log` instead of the terminal."""
    from ray._private.ray_logging import global_worker_stdstream_dispatcher as dispatcher

    def write(batch: dict[str, Any]) -> None:
        if batch.get("pid") == "autoscaler":  # the same table again every few seconds
            return
        for line in batch["lines"]:
            log.write(f"pid={batch.get('pid')}: {line}\n")

    dispatcher.remove_handler("ray_print_logs")
    dispatcher.add_handler("ray_print_logs", write)


def _settle_ray_data() -> None:
    """The settings of Ray Data that the accounting relies on."""
    from ray.data import DataContext

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # Each yielded row becomes a block at once: windows reach the next lane while the video they
    # come from is still being worked on, and one dead process costs one row.
    context.target_max_block_size = 1
    # A block that dies with its process is owed and taken again; it must not end the run.
    context.max_errored_blocks = -1
