"""The process that cuts: some clips of one source, each put into the export when it is whole."""

import hashlib
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.media.cutting import Source
from pipeline.export.media.job import CutJob, Made, Unmade
from pipeline.export.media.journal import note
from stages.faults import DataFault, ErrorKind
from stages.file_state import require_unchanged


def follow_parent() -> None:
    """End this process when the one that began it has ended, however that was."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def wait() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=wait, daemon=True).start()


def cut_all(jobs: Sequence[CutJob], location: str) -> list[Made | Unmade]:
    """Make clips of one source, in their order, and leave a note of them.

    Args:
        jobs: all of one source.
        location: the export.

    Raises:
        stages.faults.SetupError: a clip cannot be put there.
    """
    folder = DatasetFolder(location)
    try:
        require_unchanged(jobs[0].uri, jobs[0].file)
        with Source(jobs[0].uri, jobs[0].duration_s) as source:
            results = [_one(job, source, folder) for job in jobs]
        require_unchanged(jobs[0].uri, jobs[0].file)
    except DataFault as fault:
        for job in jobs:  # of a source that changed meanwhile
            folder.remove(job.name)
        return [Unmade(job.name, _told(fault)) for job in jobs]
    note(folder, [one for one in results if isinstance(one, Made)])
    return results


def _one(job: CutJob, source: Source, folder: DatasetFolder) -> Made | Unmade:
    from av.error import FFmpegError

    with tempfile.TemporaryDirectory(prefix="microemo-cut-") as place:
        path = Path(place) / "clip.mp4"
        try:
            cut = source.cut(job, path)
        except (DataFault, FFmpegError, ValueError, MemoryError) as fault:
            return Unmade(job.name, _told(fault))
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            folder.write_stream(job.name, stream)
        size_bytes = path.stat().st_size
    return Made(job.name, job.key, size_bytes, digest, cut.begins_s, cut.fps, cut.has_audio)


def _told(fault: Exception) -> str:
    """A reason that many rows share: without names and numbers."""
    if not isinstance(fault, DataFault):
        return "its clip cannot be encoded"
    if fault.kind is ErrorKind.NO_FRAMES:
        return "the source has no picture at its time"
    return f"its source: {fault.kind.value.replace('_', ' ')}"
