"""The stages of a recipe in plain loops, one or several at once, each in a process of its own."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from threading import BrokenBarrierError
from typing import Any

import pyarrow as pa

from pipeline.config import Config
from pipeline.identity import identify
from pipeline.plain_loop import build_stage, chain
from stages.faults import SetupError
from stages.rows import Row, from_table, to_table

_ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # as Ray gives it to a process that books a core or less
_LONGEST_LOAD_S = 600.0


@dataclass(frozen=True)
class Looped:
    """What came of the rows.

    Attributes:
        start_s: until every loop had its stages, seconds.
        work_s: from then on until the last loop had ended.
        rows: of all loops.
    """

    start_s: float
    work_s: float
    rows: list[Row]


def through_loops(rows: Sequence[Row], config: Config, columns: pa.Schema, *, loops: int) -> Looped:
    """The rows, dealt out to plain loops that begin at the same time.

    As many loops as there are cores are what a machine can do at the most: a core is slower where
    others work beside it, on the same memory.

    Args:
        rows: of videos.
        config: the whole tree.
        columns: of the finished rows, what is handed back.
        loops: how many.

    Raises:
        SetupError: a loop could not be made ready in ten minutes.
    """
    context = get_context("spawn")
    began = time.time()
    inherited = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        with ProcessPoolExecutor(
            loops, context, initializer=_await_others_at, initargs=(context.Barrier(loops),)
        ) as pool:
            shares = [rows[index::loops] for index in range(loops)]
            done = list(pool.map(_looped, shares, repeat(config), repeat(columns)))
    except BrokenBarrierError as fault:
        raise SetupError("the plain loops were not ready in time; is the machine busy?") from fault
    finally:
        _restore(inherited)
    ready = max(each.ready for each in done)
    finished = [row for each in done for row in from_table(each.table)]
    return Looped(ready - began, max(each.ended for each in done) - ready, finished)


@dataclass(frozen=True)
class _Done:
    ready: float  # seconds since the epoch
    ended: float
    table: pa.Table


_barrier: Any = None


def _await_others_at(barrier: Any) -> None:
    global _barrier  # noqa: PLW0603 - a barrier can be inherited, and not be sent
    _barrier = barrier


def _looped(rows: Sequence[Row], config: Config, columns: pa.Schema) -> _Done:
    try:
        identity = identify(config)
        stages = [build_stage(name, config, identity) for name in config.recipe.names]
    except BaseException:
        _barrier.abort()  # nobody waits for this one
        raise
    _barrier.wait(_LONGEST_LOAD_S)
    ready = time.time()
    done = list(chain(stages, rows))
    ended = time.time()
    return _Done(ready, ended, to_table(done, columns))


def _restore(environment: dict[str, str | None]) -> None:
    for name, value in environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
