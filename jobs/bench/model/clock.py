"""Seconds and peak memory of work on a device, measured so that both can be believed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    import torch

_LOOK_EVERY_S = 0.02  # at the resident memory of the process


def seconds(work: Callable[[], object], device: "torch.device", rounds: int) -> float:
    """The median seconds of `work` over `rounds`, after one round that does not count.

    On a GPU the work is timed by events on its stream, from an empty stream to an empty stream: a
    clock on the host would only see how fast kernels are queued.
    """
    work()
    return median(once(work, device) for _ in range(rounds))


def once(work: Callable[[], object], device: "torch.device") -> float:
    """The seconds of `work`, done once and to its end."""
    if device.type == "cuda":
        return _on_stream(work, device)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _on_stream(work: Callable[[], object], device: "torch.device") -> float:
    import torch

    with torch.cuda.device(device):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        torch.cuda.synchronize()
        begin.record()
        work()
        end.record()
        torch.cuda.synchronize()
    return float(begin.elapsed_time(end)) / 1000


class PeakMemory:
    """The most memory held so far: allocated on a GPU, resident on the CPU."""

    def __init__(self) -> None:
        self.bytes = 0


@contextmanager
def peak_memory(device: "torch.device") -> Iterator[PeakMemory]:
    """The peak inside the `with`; it can be read behind it."""
    with _allocated(device) if device.type == "cuda" else peak_resident_memory() as peak:
        yield peak


@contextmanager
def _allocated(device: "torch.device") -> Iterator[PeakMemory]:
    import torch

    peak = PeakMemory()
    torch.cuda.reset_peak_memory_stats(device)
    yield peak
    peak.bytes = int(torch.cuda.max_memory_allocated(device))


@contextmanager
def peak_resident_memory() -> Iterator[PeakMemory]:
    """The most resident memory of this process inside the `with`.

    Looked at again and again: the system keeps one peak for the whole life of a process.
    """
    peak, process, over = PeakMemory(), psutil.Process(), threading.Event()

    def look() -> None:
        while True:
            peak.bytes = max(peak.bytes, int(process.memory_info().rss))
            if over.wait(_LOOK_EVERY_S):
                return

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
