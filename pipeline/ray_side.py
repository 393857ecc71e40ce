"""What runs in the process that holds Ray: passes over rows, as `pipeline.ray_process` asks."""

import os
import queue
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.again.entry import Entry
from pipeline.config import Config
from pipeline.crashes import Crashes
from pipeline.descendants import adopt_orphans, leave
from pipeline.finished import FinishedTables
from pipeline.graph import dataset
from pipeline.lanes import lanes_from
from pipeline.machines import plans_for
from pipeline.metrics import Metrics
from pipeline.ray_session import ray_session
from pipeline.rays_disk import no_room_for_ray
from pipeline.standstill import standstill_of
from pipeline.watchman import Watchman
from stages.faults import SetupError
from stages.identity import Identity
from stages.rows import Row

if TYPE_CHECKING:
    import pyarrow as pa

_TICK_S = 0.5


@dataclass(frozen=True)
class Work:
    """What is done to the rows of a run, and where the log of it goes."""

    config: Config
    identity: Identity
    output: str
    log_file: Path
    entry: Entry | None = None  # where rows enter the recipe; None: at its beginning


@dataclass(frozen=True)
class Pass:
    """Rows to be worked on; `alone`: see `pipeline.graph.dataset`."""

    rows: Sequence[Row]
    alone: bool


@dataclass(frozen=True)
class Done:
    """The pass that was asked for has ended.

    Attributes:
        causes: of rows whose processes died, what one of these said of it.
    """

    causes: Mapping[str, str]


@dataclass(frozen=True)
class Refused:
    """The run cannot go on, and why: the text of a `SetupError`."""

    message: str


@dataclass(frozen=True)
class _Session:
    """What serves every pass."""

    resources: dict[str, float]
    watchman: Watchman
    metrics: Metrics


def main() -> None:
    """Serve whoever started this process, over the socket that the first argument numbers."""
    adopt_orphans()
    asked = Connection(int(sys.argv[1]))
    work: Work = asked.recv()
    orders = _Orders(asked)
    crashes = Crashes()
    with (
        _refusing(orders),
        ray_session(work.log_file, crashes) as resources,
        _refusing(orders),  # before Ray is shut down: whoever asked looks whether Ray lives
    ):
        session = _Session(resources, Watchman(crashes), Metrics())
        for order in orders:
            for table in _finished(order, work, session, orders):
                session.metrics.finished(table)
                orders.answer(table)
            orders.answer(Done(session.watchman.causes()))
    leave(0)


@contextmanager
def _refusing(orders: "_Orders") -> Iterator[None]:
    """Tells whoever asks why the run cannot go on."""
    try:
        yield
    except SetupError as fault:
        orders.answer(Refused(str(fault)))
    except Exception as fault:
        with suppress(OSError):  # it may be full
            traceback.print_exc()  # into the run's log
        said = (str(fault).splitlines() or [""])[0]
        orders.answer(
            Refused(
                no_room_for_ray()
                or f"Ray ended the run ({type(fault).__name__}: {said}). What is finished is kept, "
                "and the same command goes on from there; the run's log says more."
            )
        )


class _Orders:
    """The passes that are asked for, until nobody is there to ask; heard while one goes on."""

    def __init__(self, asked: Connection) -> None:
        self._asked = asked
        self._guard = os.getppid()
        self._waiting: queue.Queue[Pass | None] = queue.Queue()
        self.is_over = threading.Event()
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def __iter__(self) -> Iterator[Pass]:
        while (order := self._waiting.get()) is not None:
            yield order

    def answer(self, what: Any) -> None:
        with suppress(OSError):  # nobody is there any more, which is heard too
            self._asked.send(what)

    def _listen(self) -> None:
        try:
            while True:
                self._waiting.put(self._asked.recv())
        except (EOFError, OSError):
            self.is_over.set()
            self._waiting.put(None)
        if os.getppid() != self._guard:  # it was killed: nobody else would end this process
            leave(0)


def _finished(order: Pass, work: Work, session: _Session, orders: _Orders) -> Iterator["pa.Table"]:
    from pipeline.source import RowSource

    config = work.config
    entry = work.entry
    lanes = config.lanes if entry is None else lanes_from(config.lanes, config.recipe, entry.stage)
    plans = plans_for(lanes, session.resources)
    graph = dataset(
        RowSource(order.rows, config.recipe.schema_after(None)),
        plans,
        config,
        work.identity,
        work.output,
        hazards=session.watchman.hazards,
        entry=entry,
        alone=order.alone,
    )
    standstill = standstill_of(plans)
    with FinishedTables(graph, _TICK_S) as finished:
        for table in finished:
            if table is not None:
                yield table
            if orders.is_over.is_set():
                return
            if told := no_room_for_ray():
                raise SetupError(told)
            session.watchman.look()
            session.metrics.look(plans)
            standstill.look(moves=table is not None)
