"""Whether another recording was appended to a file whose format holds one: mp4 and Matroska.

Their demuxers pass over what was appended, or mix it with what comes before. So its place is read
from the boxes of the file, without the demuxer, which is not moved.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer

_MOST_BOXES = 100_000
_CHUNK = 1 << 20
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"


def appended_at(container: "InputContainer") -> int | None:
    """The byte at which another recording begins in the open file; None if there is none."""
    formats = set(container.format.name.split(","))
    find = _second_movie if "mov" in formats else _second_segment if "matroska" in formats else None
    if find is None:
        return None
    with _bytes_of(container) as file:
        return find(file)


@contextmanager
def _bytes_of(container: "InputContainer") -> Iterator[IO[bytes]]:
    """The file itself; where the demuxer reads through it too, its place is kept."""
    if container.file is None:
        with Path(container.name.removeprefix("file:")).open("rb") as file:
            yield file
        return
    shared: IO[bytes] = container.file.file
    place = shared.tell()
    try:
        shared.seek(0)
        yield shared
    finally:
        shared.seek(place)


def _second_movie(file: IO[bytes]) -> int | None:
    """Where the file type box of a second `moov` begins."""
    begins, movies = 0, 0
    place = 0
    for _ in range(_MOST_BOXES):
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            return None
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if kind == b"ftyp":
            begins = place
        movies += kind == b"moov"
        if movies > 1:
            return begins or place
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8:  # to the end of the file, or no box
            return None
        place += size
    return None


def _second_segment(file: IO[bytes]) -> int | None:
    """Where the EBML header of a second segment begins."""
    place = 0
    for element in (_EBML, _SEGMENT):
        file.seek(place)
        head = file.read(12)
        if not head.startswith(element):
            return None
        width = 9 - head[4].bit_length()  # of the size, which begins with its own length
        size = int.from_bytes(head[4 : 4 + width], "big") & ((1 << 7 * width) - 1)
        if size == (1 << 7 * width) - 1:  # a live recording does not know it
            return _next_header(file, place + 4 + width)
        place += 4 + width + size
    file.seek(place)
    return place if file.read(4) == _EBML else None


def _next_header(file: IO[bytes], place: int) -> int | None:
    file.seek(place)
    before = b""
    while chunk := file.read(_CHUNK):
        text = before + chunk
        found = text.find(_EBML)
        while found >= 0:
            if b"\x42\x82" in text[found : found + 64]:  # with its DocType
                return place - len(before) + found
            found = text.find(_EBML, found + 1)
        place += len(chunk)
        before = text[-64:]
    return None
