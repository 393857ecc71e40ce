"""The rows that a pass finishes, as Ray hands them over."""

import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pipeline.recipe import RecipeError
from stages.faults import SetupError

if TYPE_CHECKING:
    import pyarrow as pa
    import ray.data

_MOST_WAITING = 64
_JOIN_S = 5.0


class FinishedTables:
    """Tables of finished rows as they come, and None whenever a tick passes without one.

    Ray is read by a thread of its own, so that the accounting goes on and a stop is heard while
    nothing arrives. On leaving, what Ray Data does is ended: a thread that still waited when Ray is
    shut down would start Ray anew.

    Args:
        graph: the pipeline.
        tick_s: seconds.
    """

    def __init__(self, graph: "ray.data.Dataset", tick_s: float) -> None:
        self._graph = graph
        self._tick_s = tick_s
        self._arrived: queue.Queue[Any] = queue.Queue(_MOST_WAITING)
        self._is_left = threading.Event()
        self._reader = threading.Thread(target=self._read, name="ray-reader", daemon=True)

    def __enter__(self) -> "FinishedTables":
        """Begin to read."""
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what is still worked on."""
        from pipeline.execution import Execution

        self._is_left.set()
        Execution.end()
        self._reader.join(_JOIN_S)

    def __iter__(self) -> "Iterator[pa.Table | None]":
        """
        Raises:
            SetupError: a process found, while it loaded, that the set-up is wrong.
        """
        while True:
            try:
                arrived = self._arrived.get(timeout=self._tick_s)
            except queue.Empty:
                yield None
                continue
            if arrived is None:
                return
            if isinstance(arrived, BaseException):
                raise _setup_fault(arrived) or arrived
            yield arrived

    def _read(self) -> None:
        import ray

        try:
            for bundle in self._graph.iter_internal_ref_bundles():
                for block in bundle.block_refs:
                    self._hand_over(ray.get(block))
            self._hand_over(None)
        except BaseException as fault:
            self._hand_over(fault)

    def _hand_over(self, found: "pa.Table | BaseException | None") -> None:
        while not self._is_left.is_set():
            with suppress(queue.Full):
                self._arrived.put(found, timeout=self._tick_s)
                return


def _setup_fault(fault: BaseException) -> SetupError | None:
    """The fault of the set-up that ended a process while it loaded; Ray hands it on as text."""
    # The second where a machine lacks the package of a stage.
    for kind in (SetupError, RecipeError):
        name = f"{kind.__module__}.{kind.__name__}: "
        _, found, said = str(fault).rpartition(name)
        if found:
            return SetupError(said.strip())
    return None
