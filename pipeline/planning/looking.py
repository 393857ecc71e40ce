"""The head of every file of a corpus, looked at in several processes.

In processes and not in threads, because native code that reads a broken file may end its process.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from pipeline.lanes import cpus_at_hand
from pipeline.planning.transcript import FoundTranscript, transcript_of
from stages.faults import DataFault, ErrorKind
from stages.header import Header, read_header
from stages.media import is_uri
from stages.rows import Row
from stages.transcribe import TranscribeConfig

_TOGETHER = 32  # files that a process is handed at once
_STORE_REQUESTS = 16  # of one process at once: a store is waited for


@dataclass(frozen=True)
class Looked:
    """What was seen of one video.

    Attributes:
        row: its source row.
        header: None where the file cannot be opened.
        fault: kind and message, where it cannot be.
        transcript: what a run would take.
    """

    row: Row
    header: Header | None
    fault: tuple[ErrorKind, str] | None
    transcript: FoundTranscript

    @property
    def video_id(self) -> str:
        """Of the row."""
        return str(self.row["video_id"])

    @property
    def size_bytes(self) -> int | None:
        """Of the file; None where its storage does not tell."""
        size: int | None = (self.row.get("file") or {}).get("size_bytes")
        return size


def look(
    rows: Sequence[Row], config: TranscribeConfig, on_progress: Callable[[int], None]
) -> list[Looked]:
    """Look at the head of each file, and for its transcript; in the order of `rows`.

    Args:
        rows: of sources.
        config: how transcripts are read.
        on_progress: is told how many more are looked at.
    """
    parts = [rows[first : first + _TOGETHER] for first in range(0, len(rows), _TOGETHER)]
    found: dict[int, list[Looked]] = {}
    for place, looked in _side_by_side(parts, config):
        found[place] = looked
        on_progress(len(looked))
    for place, part in enumerate(parts):  # what a process took to its end with it
        if place not in found:
            found[place] = list(_alone(part, config))
            on_progress(len(part))
    return [looked for place in range(len(parts)) for looked in found[place]]


def processes(most: int) -> ProcessPoolExecutor:
    """Up to `most` fresh processes, which share nothing with this one."""
    return ProcessPoolExecutor(max(1, most), mp_context=multiprocessing.get_context("spawn"))


def _side_by_side(
    parts: Sequence[Sequence[Row]], config: TranscribeConfig
) -> Iterator[tuple[int, list[Looked]]]:
    with processes(min(len(parts), cpus_at_hand())) as pool:
        waiting = {pool.submit(_look, part, config): place for place, part in enumerate(parts)}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                place = waiting.pop(future)
                if not isinstance(future.exception(), BrokenProcessPool):
                    yield place, future.result()


def _alone(rows: Sequence[Row], config: TranscribeConfig) -> Iterable[Looked]:
    """The rows in a process of their own; each in one if that ends before its time."""
    try:
        with processes(1) as pool:
            return pool.submit(_look, rows, config).result()
    except BrokenProcessPool:
        if len(rows) > 1:
            return [looked for row in rows for looked in _alone([row], config)]
    message = f"{rows[0]['uri']}: opening it ends the process that does"
    return [Looked(rows[0], None, (ErrorKind.WORKER_DIED, message), FoundTranscript())]


def _look(rows: Sequence[Row], config: TranscribeConfig) -> list[Looked]:
    at_once = _STORE_REQUESTS if any(is_uri(row["uri"]) for row in rows) else 1
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda row: _looked(row, config), rows))


def _looked(row: Row, config: TranscribeConfig) -> Looked:
    if row.get("error"):
        known = ErrorKind(row["error"]["kind"]), row["error"]["message"]
        return Looked(row, None, known, FoundTranscript())
    transcript = transcript_of(row, config)
    try:
        return Looked(row, read_header(row["uri"]), None, transcript)
    except DataFault as fault:
        return Looked(row, None, (fault.kind, fault.message), transcript)
    except Exception as fault:  # no file may stop a plan
        message = f"{row['uri']}: {type(fault).__name__}: {fault}"
        return Looked(row, None, (ErrorKind.INTERNAL, message), transcript)
