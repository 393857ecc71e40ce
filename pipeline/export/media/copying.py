"""Sources beside the rows: each file once, whole, as it is."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import fsspec

from pipeline.export.media.job import CutJob, Made
from pipeline.export.media.journal import MEDIA_FOLDER, Journal, note
from pipeline.export.media.linking import linked
from pipeline.export.output import Output
from pipeline.export.unit import ExportedVideo
from stages.faults import DataFault, ErrorKind
from stages.file_state import require_unchanged
from stages.media import local_path, open_media

_LONGEST_SUFFIX = 8


def copied(
    videos: Iterable[ExportedVideo], output: Output, left_out: Counter[str], *, by_split: bool
) -> Iterator[ExportedVideo]:
    """The same videos, with copies of their sources as their clips.

    Args:
        videos: with their sources as clips.
        output: takes the copies.
        left_out: is told of rows whose source has gone or changed.
        by_split: the copies lie in a folder for each split.

    Raises:
        stages.faults.SetupError: a copy cannot be written.
    """
    journal = Journal(output)
    for video in videos:
        try:
            folder = video.units[0].split if by_split else MEDIA_FOLDER
            made = _copy(video, folder, output, journal)
        except DataFault as fault:
            left_out[f"its source: {fault.kind.value.replace('_', ' ')}"] += len(video.units)
            continue
        clip = linked(made.name, video.media)
        units = [replace(unit, clip=clip) for unit in video.units]
        yield replace(video, clip=clip, units=units)
    journal.clear()


def _copy(video: ExportedVideo, folder: str, output: Output, journal: Journal) -> Made:
    name = f"{folder}/{video.stem}{_suffix(video.uri)}"
    state = video.windows[0]["file"]
    require_unchanged(video.uri, state)
    key = CutJob(name, video.uri, state, 0.0, 0.0, 0.0).key
    made = journal.found(name, key)
    if made is None:
        with open_media(video.uri):  # says what is wrong with it, and that it is media at all
            pass
        made = _written(video.uri, name, key, output)
        require_unchanged(video.uri, state)
        note(output.folder, [made])
    journal.keep([made])
    return made


def _written(uri: str, name: str, key: str, output: Output) -> Made:
    path = local_path(uri)
    try:
        opened = path.open("rb") if path is not None else fsspec.open(uri, "rb").open()
    except Exception as fault:  # each file system raises its own
        raise DataFault(ErrorKind.UNREADABLE, f"{uri}: cannot be opened ({fault}).") from fault
    with opened:
        source = _Hashing(opened)
        output.folder.write_stream(name, source)  # type: ignore[arg-type]
    return Made(name, key, source.size_bytes, source.digest.hexdigest())


class _Hashing:
    """A stream that is read once from its start, and what was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest: Any = hashlib.sha256()
        self.size_bytes = 0

    def seek(self, place: int) -> None:
        self._stream.seek(place)
        self.digest, self.size_bytes = hashlib.sha256(), 0

    def read(self, count: int) -> bytes:
        content = self._stream.read(count)
        self.digest.update(content)
        self.size_bytes += len(content)
        return content


def _suffix(uri: str) -> str:
    """Of its file; what is no plain suffix is none."""
    path = uri if local_path(uri) is not None else unquote(urlsplit(uri).path)
    suffix = PurePosixPath(path).suffix
    plain = suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= _LONGEST_SUFFIX
    return suffix.lower() if plain else ""
