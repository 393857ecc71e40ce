"""What the steps of a command take: time, CPU and memory, each way in a process of its own."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from jobs.bench.model.clock import peak_resident_memory

_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Step:
    """What one step took.

    Attributes:
        name: of the step.
        seconds: on the clock.
        cpu_s: of all threads together.
        peak_mib: the most memory that its process, a fresh one for each way, held meanwhile.
    """

    name: str
    seconds: float
    cpu_s: float
    peak_mib: int


def in_a_process(way: Callable[..., list[Step]], *given: object) -> list[Step]:
    """What `way` takes in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(way, *given).result()


class Clock:
    """Times steps of one process."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        began, cpu_s = time.perf_counter(), time.process_time()
        with peak_resident_memory() as peak:
            yield
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu_s
        self.steps.append(Step(name, seconds, cpu_s, peak.bytes // _MEBIBYTE))


def show_steps(console: Console, steps: list[Step], title: str) -> None:
    """Print what each step took."""
    table = Table(title=title)
    for heading in ("step", "seconds", "CPU s", "peak MiB"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for step in steps:
        table.add_row(step.name, f"{step.seconds:.1f}", f"{step.cpu_s:.1f}", str(step.peak_mib))
    console.print(table)
