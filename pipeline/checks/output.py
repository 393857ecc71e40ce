"""Whether the results can be written."""

import shutil
import tempfile
from pathlib import Path

from pipeline.dataset.folder import DatasetFolder
from stages.check import Check, fail, ok, warn
from stages.faults import SetupError

_LEAST_FREE_BYTES = 2**30


def check_output(out: str | None) -> list[Check]:
    """Whether `out` can be written to; a local folder is not made for that."""
    if out is None:
        return []
    try:
        folder = DatasetFolder(out)
        if folder.local_path is None:
            folder.make()
            return [ok("output", f"{out} can be written to")]
    except SetupError as fault:
        return [fail("output", str(fault), "Give another folder with --out.")]
    return [_local(out, folder.local_path)]


def _local(out: str, folder: Path) -> Check:
    above = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=above) as stream:
            stream.write(b"1")
    except OSError as fault:
        return fail(
            "output",
            f"{out}: {above} cannot be written to: {fault.strerror}",
            "Give another --out.",
        )
    free = shutil.disk_usage(above).free
    detail = f"{out} can be written to; {free / 2**30:.1f} GiB are free"
    if free < _LEAST_FREE_BYTES:
        return warn("output", detail, "Free some space, or give another --out.")
    return ok("output", detail)
