"""The disk on which Ray of this machine keeps its own files: sockets, logs, what it spills."""

import shutil
from pathlib import Path

from pipeline.machines import joins_cluster

_LEAST_FREE_BYTES = 32 * 2**20


def no_room_for_ray() -> str | None:
    """What is said where that disk is all but full; None where it is not, or Ray is a cluster's."""
    if joins_cluster():
        return None
    from ray._common.utils import get_default_ray_temp_dir  # none public knows

    folder = Path(get_default_ray_temp_dir())
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free >= _LEAST_FREE_BYTES:
        return None
    return (
        f"{folder}: {free / 2**20:.0f} MiB are left on the disk of Ray's own files, too few to go "
        "on. Make room, or name a folder of another disk by RAY_TMPDIR; what is finished is kept, "
        "and the same command goes on from there."
    )
