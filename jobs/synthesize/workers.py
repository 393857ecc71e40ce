"""Clips made by several processes, in their order."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Thread

from jobs.synthesize.order import ClipOrder, MadeClip
from stages.faults import SetupError

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
            waiting.append(pool.submit(_make, order, folder))
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


def _make(order: ClipOrder, folder: Path) -> MadeClip:
    # PyTorch, which this imports, is needed in these processes alone.
    from jobs.synthesize.clip import make_clip

    return make_clip(order, folder)


def _prepare_process() -> None:
    """One thread to compute with, Ctrl-C for the main process alone, and no life without it."""
    import torch

    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
