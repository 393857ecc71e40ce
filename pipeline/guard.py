"""The process between the one that keeps the rows and the one that holds Ray.

It holds nothing that could keep it from acting: it starts the process that holds Ray, whose end is
its own, and ends it when nobody is left to ask for anything; and then all that was left behind, for
it adopts orphans. So whichever of the two others is killed, or both, nothing of Ray stays.
"""

import os
import subprocess
import sys
import threading

from pipeline.descendants import OF_A_SIGNAL, adopt_orphans, leave


def main() -> None:
    """Guard the command that stands behind the number of a file: its end is that of who asks."""
    leash, command = int(sys.argv[1]), sys.argv[2:]
    adopt_orphans()
    process = subprocess.Popen(  # noqa: S603 - as `pipeline.ray_process` names it
        command, pass_fds=[int(command[-1])]
    )
    os.close(int(command[-1]))  # its own end, which whoever asks is to see closed
    threading.Thread(target=_end_when_alone, args=(leash,), name="leash", daemon=True).start()
    code = process.wait()
    leave(OF_A_SIGNAL - code if code < 0 else code)


def _end_when_alone(leash: int) -> None:
    os.read(leash, 1)  # nothing is ever written: it is closed with the process that holds the end
    leave(0)
