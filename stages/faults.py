"""What can be wrong: with the data of a row, or with the set-up of a run."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ErrorKind(StrEnum):
    """Everything that can be wrong with a row. Closed: readers may rely on it."""

    NOT_FOUND = "not_found"  # nothing can be opened at the URI
    EMPTY_FILE = "empty_file"  # zero bytes
    UNREADABLE = "unreadable"  # no media container, or one broken beyond reading
    NO_VIDEO = "no_video"  # a container without a video stream
    NO_FRAMES = "no_frames"  # a video stream from which no frame decodes
    TOO_LARGE = "too_large"  # declares more pixels, seconds or bytes than the limits allow
    BAD_TRANSCRIPT = "bad_transcript"  # a transcript was given and nothing in it can be read
    CHANGED = "changed"  # the file is another one than the run began with
    WORKER_DIED = "worker_died"  # the process holding the row died, again and again
    TIMED_OUT = "timed_out"  # it was worked on for longer than the limits allow
    SERVER = "server"  # the server of a chat model gave no answer, again and again, or an error
    INTERNAL = "internal"  # a defect of ours; the run's log holds the trace


class DataFault(Exception):
    """What is wrong with one row's data. Becomes an error on that row, never ends a run.

    Args:
        kind: of the error.
        message: for a person.
        columns: that the row of the failure has besides (`StageSpec.in_failures`).
    """

    def __init__(
        self, kind: ErrorKind, message: str, columns: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.columns = dict(columns or {})


class SetupError(Exception):
    """What is wrong with the set-up: names the key or file, the fault and the way out."""
