"""Clips made by several processes, in their order."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from jobs.synthesize.clip import MadeClip, make_clip
from jobs.synthesize.order import ClipOrder
from stages.faults import SetupError

__all__ = ["MadeClip", "made_clips"]

_AHEAD = 2  # clips to a process that are being made or wait to be taken
_CLIPS_A_PROCESS = 200  # then a fresh one takes its place, with whatever a library kept of memory


def made_clips(orders: Iterable[ClipOrder], folder: Path) -> Iterator[MadeClip]:
    """Make clips, one process a core, and yield them in their order.

    However many there are, only a few are under way or wait.

    Raises:
        SetupError: a clip cannot be made, or a process was killed.
    """
    cores = len(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        cores, context, _prepare_process, max_tasks_per_child=_CLIPS_A_PROCESS
    )
    waiting: deque[Future[MadeClip]] = deque()
    try:
        for order in orders:
            waiting.append(pool.submit(make_clip, order, folder))
            if len(waiting) >= _AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as fault:
        raise SetupError(
            "a process that made clips was killed, perhaps for want of memory; the clips that are "
            "finished are kept, and the same command goes on from there"
        ) from fault
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare_process() -> None:
    """One thread a process, and Ctrl-C for the main one alone."""
    import torch

    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
