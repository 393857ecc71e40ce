"""An event loop on a thread of its own, for callers on other threads."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class EventLoop:
    """Runs coroutines until the process ends."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="chat", daemon=True).start()

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """What `work` gives, waited for on the calling thread.

        Raises:
            BaseException: what it raises.
        """
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
