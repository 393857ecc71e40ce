"""How a long command hears that it is to stop, and how its process ends."""

import os
import signal
import sys
import threading
from types import FrameType

from pipeline.descendants import OF_A_SIGNAL, adopt_orphans, leave

_PATIENCE_S = 8.0  # until who was asked to stop is made to
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """Hears SIGINT, SIGTERM and SIGHUP for the main thread of a process; once counts.

    What native code makes of the main thread does not matter: if it has not stopped eight seconds
    after it was asked to, the process ends.
    """

    def __init__(self) -> None:
        """Listen."""
        self._heard = 0
        adopt_orphans()
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=self._wait, args=(reader,), name="stop", daemon=True).start()
        for number in _SIGNALS:
            signal.signal(number, self._hear)

    def is_asked(self) -> bool:
        """Whether the process is to stop."""
        return bool(self._heard)

    def leave(self, code: int) -> None:
        """End the process and all below it: with `code`, or by the number of the signal."""
        for number in _SIGNALS:  # one more would end the process by itself, with another code
            signal.signal(number, signal.SIG_IGN)
        leave(OF_A_SIGNAL + self._heard if self._heard else code)

    def _hear(self, number: int, _: FrameType | None) -> None:
        self._heard = self._heard or number

    def _wait(self, reader: int) -> None:
        """The signal itself writes to the pipe, whatever the main thread does."""
        number = os.read(reader, 1)[0]
        threading.Event().wait(_PATIENCE_S)
        print("microemo: stopped", file=sys.stderr)
        leave(OF_A_SIGNAL + number)
