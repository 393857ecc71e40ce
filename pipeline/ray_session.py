"""Ray for the length of one run: started on this machine or joined, its noise in the run's log."""

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from pipeline.crashes import Crashes
from pipeline.lanes import cpus_at_hand
from pipeline.machines import LOCAL, ray_address
from pipeline.rays_disk import no_room_for_ray
from stages.faults import SetupError

# Ray reads these when it starts. The first ones silence notices that are no news to the person at
# the terminal; whoever sets one of them keeps it.
_SETTINGS = {
    "RAY_DATA_LOGGING_CONFIG": str(Path(__file__).with_name("ray_data_logging.yaml")),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # What dies for want of memory is tried again as what dies of anything else: not for ever.
    "RAY_task_oom_retries": "1",
    # A record of each task, which takes hundreds of megabytes and nobody looks at.
    "RAY_task_events_report_interval_ms": "0",
}


@contextmanager
def ray_session(log_file: Path, crashes: Crashes | None = None) -> Iterator[dict[str, float]]:
    """Start Ray on this machine, or join the cluster that RAY_ADDRESS names.

    Yields the resources at hand by Ray's names (`CPU`, `GPU`).

    Args:
        log_file: what Ray and the worker processes print goes there.
        crashes: hears what they print, too.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    with (
        opened_log(log_file) as log,
        _native_noise_to(log),
        _warnings_to(log),
        _loggers_to(log),
        _workers_print_to(log, crashes),
    ):
        _init(log_file)
        _settle_ray_data()
        import ray

        try:
            yield dict(ray.cluster_resources())
        finally:
            ray.shutdown()


def _init(log_file: Path) -> None:
    """Start Ray, or join the cluster.

    Raises:
        SetupError: it does not start, or cannot be reached.
    """
    import ray

    from pipeline.worker_paths import installed_only

    if told := no_room_for_ray():
        raise SetupError(told)
    address = ray_address()
    hears_of_end = signal.getsignal(signal.SIGTERM)
    here: dict[str, Any] = {"num_cpus": cpus_at_hand(), "include_dashboard": False}
    try:
        ray.init(
            address=address,
            job_config=installed_only(),
            log_to_driver=True,
            logging_level=logging.WARNING,
            **(here if address == LOCAL else {}),
        )
    except Exception as fault:  # Ray raises it bare when its own processes are late
        said = (str(fault).splitlines() or [type(fault).__name__])[0]
        if address == LOCAL:
            raise SetupError(
                f"Ray cannot be started on this machine: {said} Give the same command again when "
                f"the machine is less busy; {log_file} says more."
            ) from fault
        raise SetupError(
            f"Ray at '{address}' cannot be reached: {said}. See whether the cluster of "
            f"RAY_ADDRESS is up and takes this machine; {log_file} says more."
        ) from fault
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, hears_of_end)  # Ray puts its own in its place


@contextmanager
def opened_log(log_file: Path) -> Iterator[TextIO]:
    """The log, to write lines to; on a disk that is full by then it is cut short without a word.

    Raises:
        SetupError: it cannot be opened.
    """
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        log = log_file.open("a", encoding="utf-8", buffering=1)
    except OSError as fault:
        raise SetupError(f"{log_file}: cannot be written ({fault.strerror}).") from fault
    try:
        yield log
    finally:
        with suppress(OSError):
            log.close()


class _Handler(logging.StreamHandler[TextIO]):
    """Writes what it can: a log that is full must not fill the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as logging has it
        """Let the line go."""


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
def _warnings_to(log: TextIO) -> Iterator[None]:
    """Send the warnings of Python code to `log`: none is about what a person at it can change.

    Not by `warnings.catch_warnings`, which other threads, those of Ray, may step over.
    """

    def write(message: Warning | str, category: type[Warning], *place: Any) -> None:
        filename, line_number = place[:2]
        with suppress(OSError):
            log.write(warnings.formatwarning(message, category, filename, line_number))

    shown = warnings.showwarning
    warnings.showwarning = write  # type: ignore[assignment]  # it is called by position
    try:
        yield
    finally:
        warnings.showwarning = shown


@contextmanager
def _loggers_to(log: TextIO) -> Iterator[None]:
    """Send what Ray logs to `log`, and what else is logged there too."""
    import ray  # noqa: F401 - sets its logger up when it is imported

    handler = _Handler(log)
    handler.setLevel(logging.INFO)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    of_ray = logging.getLogger(
        "ray"
    )  # what Ray Data logs comes there too, by ray_data_logging.yaml
    handlers, propagates = of_ray.handlers, of_ray.propagate
    of_ray.handlers, of_ray.propagate = [handler], False
    # Without a handler at the root, Python prints warnings of all other loggers.
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        of_ray.handlers, of_ray.propagate = handlers, propagates


@contextmanager
def _workers_print_to(log: TextIO, crashes: Crashes | None) -> Iterator[None]:
    """Send what worker processes print, and what Ray prints of their death, to `log`."""
    from ray._private import worker

    def write(data: dict[str, Any], ignore_prefix: bool) -> None:
        if data.get("pid") == "autoscaler":  # the same table again every few seconds
            return
        if crashes is not None and str(data.get("pid")).isdecimal():
            crashes.hear(str(data.get("ip")), int(data["pid"]), data["lines"])
        with suppress(OSError):
            for line in data["lines"]:
                log.write(f"pid={data.get('pid')}: {line}\n")

    # Ray has no setting for it: this one function prints both, and `init` hands it to its threads.
    printing = worker.print_to_stdstream
    worker.print_to_stdstream = write
    try:
        yield
    finally:
        worker.print_to_stdstream = printing


def _settle_ray_data() -> None:
    """The settings of Ray Data that the accounting relies on."""
    from ray.data import DataContext

    from pipeline.execution import watch_execution
    from pipeline.read_ahead import hold_back_reading

    context = DataContext.get_current()
    watch_execution(context)
    hold_back_reading(context)
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # Each yielded row becomes a block at once: windows reach the next lane while the video they
    # come from is still being worked on, and one dead process costs one row.
    context.target_max_block_size = 1
    # Lanes grow once each of their processes has something to do. At Ray's 1.75 tasks each, one
    # whose processes hold a single task never would.
    context.autoscaling_config.actor_pool_util_upscaling_threshold = 1.0
    # A block that dies with its process is owed and taken again; it must not end the run.
    context.max_errored_blocks = -1
