"""A small disk over a folder, to be filled, taken away or made read-only: a tmpfs that only those
see who are started on it.
"""

import errno
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.namespaces import IS_ROOT, refuse_without_namespaces, unshared

MIB = 2**20
_FILLER = "filler"
# The namespace ends with the process that holds it and those that were started in it, and the
# disks with the namespace: nothing has to be unmounted.
_HOLD = """
size=$0
for folder; do mount -t tmpfs -o size="$size" microemo-test "$folder" || exit; done
echo ready
exec cat
"""


class SmallDisk:
    """The disk over `folder`.

    Attributes:
        folder: as a process that is started on the disk sees it.
        seen: the same from here.
    """

    def __init__(self, folder: Path, holder: int) -> None:
        self.folder = folder
        self.seen = Path(f"/proc/{holder}/root{folder}")
        self._holder = holder

    def command(self, *command: str) -> list[str]:
        """The command that runs `command` where the disk is seen."""
        same_user = () if IS_ROOT else ("--user", "--preserve-credentials")
        folder = f"--wdns={Path.cwd()}"
        return ["nsenter", f"--target={self._holder}", "--mount", *same_user, folder, *command]

    def fill(self, free_bytes: int = 0) -> None:
        """Let other data take all of its room but so many bytes."""
        with (self.seen / _FILLER).open("ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(MIB))
            except OSError as fault:
                assert fault.errno == errno.ENOSPC  # noqa: PT017 - anything else is a fault of ours
            filler.truncate(filler.seek(0, os.SEEK_END) - free_bytes)

    def make_room(self) -> None:
        """Take that away."""
        (self.seen / _FILLER).unlink()

    def make_read_only(self) -> None:
        """Take the right to write, which root has whatever the mode of a file says.

        By another mount over it: files that are open for writing would keep this one as it is.
        """
        self.bind(self.folder, self.folder)
        self._mount("mount", "-o", "remount,bind,ro", str(self.folder))

    def make_writable(self) -> None:
        """Give it back."""
        self.take_away()

    def bind(self, folder: Path, over: Path) -> None:
        """Let a folder be seen at another place too."""
        self._mount("mount", "--bind", str(folder), str(over))

    def take_away(self, place: Path | None = None) -> None:
        """Unmount it, or what is seen at a place of it, whoever uses it."""
        self._mount("umount", "--lazy", str(place or self.folder))

    def _mount(self, *command: str) -> None:
        subprocess.run(self.command(*command), check=True)


@contextmanager
def small_disks(folders: Sequence[Path], size_mib: int) -> Iterator[list[SmallDisk]]:
    """A disk of so many MiB over each of the folders, all seen by the same processes."""
    holder = subprocess.Popen(
        [*unshared("--mount"), "sh", "-c", _HOLD, f"{size_mib}m", *map(str, folders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout
        if holder.stdout.readline() != "ready\n":
            refuse_without_namespaces(holder.communicate()[1])
        yield [SmallDisk(folder, holder.pid) for folder in folders]
    finally:
        holder.kill()
        holder.communicate()
