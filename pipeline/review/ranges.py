"""A file, local or in an object store, answered in parts as a player asks for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import fsspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from stages.media import local_path

_PIECE = 256 * 1024
_BLOCK = 2**20  # that is fetched of a store at once
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Part:
    """Bytes `first` to `last` of a file, both included."""

    first: int
    last: int


class Unsatisfiable(Exception):
    """No byte of the file is in the range."""


def asked_part(header: str | None, size: int) -> Part | None:
    """The part that a Range header asks for; None: all of it, as for several or unread ranges.

    Raises:
        Unsatisfiable: no byte of the file is in it.
    """
    found = _RANGE.fullmatch((header or "").strip())
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return Part(max(0, size - int(last)), size - 1)
    if int(first) >= size or (last and int(last) < int(first)):
        raise Unsatisfiable
    return Part(int(first), min(int(last), size - 1) if last else size - 1)


def answer(request: Request, uri: str, media_type: str) -> Response:
    """The file, or the part of it that the request asks for.

    Raises:
        OSError: it cannot be opened.
    """
    file = _opened(uri)
    try:
        size = file.seek(0, 2)
        headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=600"}
        try:
            part = asked_part(request.headers.get("range"), size)
        except Unsatisfiable:
            file.close()
            return Response(
                status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"}
            )
        whole = part or Part(0, size - 1)
        headers["Content-Length"] = str(whole.last - whole.first + 1)
        if part is not None:
            headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
        status = 200 if part is None else 206
        if request.method == "HEAD":
            file.close()
            return Response(status_code=status, headers=headers, media_type=media_type)
        return StreamingResponse(_pieces(file, whole), status, headers, media_type)
    except BaseException:
        file.close()
        raise


def _opened(uri: str) -> IO[bytes]:
    path = local_path(uri)
    if path is not None:
        return path.open("rb")
    filesystem, place = fsspec.url_to_fs(uri)
    opened: Any = filesystem.open(place, "rb", block_size=_BLOCK, cache_type="readahead")
    found: IO[bytes] = opened
    return found


def _pieces(file: IO[bytes], part: Part) -> Iterator[bytes]:
    with file:
        file.seek(part.first)
        left = part.last - part.first + 1
        while left > 0:
            piece = file.read(min(_PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
