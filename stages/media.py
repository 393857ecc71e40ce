"""Opening a media file safely, and what can be said of it before it is decoded.

The one way in for `transcribe` and `decode`: a URI is opened in place, never downloaded whole,
and what stands in the file cannot make the demuxer open anything else. Times are on the timeline
of `stages.timeline`.
"""

import math
import os
import re
import stat
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from stages.faults import DataFault, ErrorKind
from stages.start import mean_rate, rewind
from stages.timeline import timeline_of

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

MAX_PROBED_PIXELS = 8192 * 4320  # 8K DCI; a larger picture is not decoded just to look at it
MAX_OPENED_PIXELS = 2**27  # opening may decode a frame to learn its format: 200 MB at most
MAX_PROBED_PACKETS = 256  # where the first frame must be, for its rotation to be known

# An allow-list, because libavformat also "demuxes" playlists (hls, dash, concat), image
# sequences and devices, all of which open further files or addresses that the input names.
_DEMUXERS = (
    "mov,mp4,matroska,webm,mpegts,mpeg,avi,flv,live_flv,asf,ogg,mxf,dv,gif,ivf,nut,rm,wtv,"
    "h264,hevc,av1,obu,m4v,mpegvideo,mjpeg,yuv4mpegpipe,"
    "wav,w64,mp3,flac,aac,ac3,eac3,amr,aiff,caf,au,ape,wv,tta"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[^/]+)?://")
_LOCAL = re.compile(r"(?:file|local)://")


def is_uri(text: str) -> bool:
    """Whether `text` names a protocol, as `s3://...` and `zip://a.mp4::s3://...` do.

    Else it is a local path; so are `C:` and `a:b.mp4`.
    """
    return _URI.match(text) is not None


def local_path(uri: str) -> Path | None:
    """The path that a local path or a `file://` URI stands for; None if it is another URI.

    Of a `file://` URI the percent escapes are decoded where no file is named as it is written:
    both forms are found in the wild, and RFC 8089 wants the escapes.
    """
    found = _LOCAL.match(uri)
    if found is None:
        return None if is_uri(uri) else Path(uri)
    path = uri[found.end() :]
    return Path(path if os.path.lexists(path) else unquote(path))


@dataclass(frozen=True)
class MediaFacts:
    """What a file says of itself; the fields of the `media` column."""

    duration_s: float  # of the timeline; 0 when nothing tells
    fps: float  # mean frame rate, frames a second; 0 without video or when nothing tells
    width: int  # pixels, after rotation; 0 without video
    height: int
    has_audio: bool
    has_video: bool  # cover art is not video


@contextmanager
def open_media(uri: str) -> "Iterator[InputContainer]":
    """Open a local path, a `file://` URI or any URI that fsspec opens (`s3://`, `gs://`, ...).

    Raises:
        DataFault: NOT_FOUND when nothing is there, EMPTY_FILE for zero bytes, UNREADABLE when it
            may not be read or holds no media container (playlists, subtitles and image sequences
            are refused whatever they are named).
    """
    path = local_path(uri)
    if path is None:
        with _remote_file(uri) as file, _container(file, uri) as container:
            yield container
    else:
        _refuse_unless_file(path, uri)
        with _container(f"file:{path}", uri) as container:
            yield container


def video_stream(container: "InputContainer") -> "VideoStream | None":
    """The stream a player would show; None when there is none but cover art."""
    from av.stream import Disposition

    pictures = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    streams = [s for s in container.streams.video if not s.disposition & pictures]
    best = container.streams.best("video")
    for stream in streams:
        if best is not None and stream.index == best.index:
            return stream
    return streams[0] if streams else None


def media_facts(container: "InputContainer") -> MediaFacts:
    """Facts of an open file. Leaves it positioned at its start.

    One frame is decoded, because only there does PyAV show the display matrix; not when the
    declared size is above `MAX_PROBED_PIXELS`. How long the file lasts is found as
    `stages.timeline.timeline_of` says: some are read through once, without decoding.
    """
    stream = video_stream(container)
    width, height = (0, 0) if stream is None else _displayed_size(container, stream)
    return MediaFacts(
        duration_s=timeline_of(container, stream).duration_s,
        fps=0.0 if stream is None else mean_rate(stream),
        width=width,
        height=height,
        has_audio=bool(container.streams.audio),
        has_video=stream is not None,
    )


@dataclass(frozen=True)
class Orientation:
    """How a stored picture is brought upright: transposed first, then flipped."""

    transposed: bool = False
    flipped_x: bool = False  # left and right change places
    flipped_y: bool = False

    def upright(self, picture: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
        """A view of `picture` [H, W, ...] as a player shows it."""
        if self.transposed:
            picture = picture.swapaxes(0, 1)
        return picture[:: -1 if self.flipped_y else 1, :: -1 if self.flipped_x else 1]


def orientation(frame: "VideoFrame") -> Orientation:
    """The orientation that the display matrix of a decoded frame asks for, to a quarter turn.

    Read from the matrix itself: `frame.rotation` takes a mirrored picture for a turned one.
    """
    side_data = cast("Mapping[str, Any]", frame.side_data).get("DISPLAYMATRIX")
    if side_data is None:
        return Orientation()
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(side_data))  # x' = ax + cy, y' = bx + dy
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, a < 0, d < 0)
    return Orientation(True, c < 0, b < 0)


def first_frame(container: "InputContainer", stream: "VideoStream") -> "VideoFrame | None":
    """The first frame that decodes, of a few packets; leaves `container` at its start."""
    from av.error import FFmpegError

    stream.codec_context.thread_count = 1
    found = None
    try:
        for packet in islice(container.demux(stream), MAX_PROBED_PACKETS):
            try:
                frames = stream.decode(packet)
            except FFmpegError:  # `decode` counts what is broken; here any frame will do
                continue
            if frames:
                found = frames[0]
                break
    except FFmpegError:
        pass
    rewind(container)
    return found


def _refuse_unless_file(path: Path, uri: str) -> None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise DataFault(
            ErrorKind.NOT_FOUND, f"{uri}: there is no such file. Check the path."
        ) from None
    except (OSError, ValueError) as fault:
        raise DataFault(ErrorKind.UNREADABLE, f"{uri}: cannot be opened ({fault}).") from None
    if not stat.S_ISREG(status.st_mode):  # a pipe would be waited on for ever
        raise DataFault(ErrorKind.UNREADABLE, f"{uri}: is not a file but a folder or a device.")
    if status.st_size == 0:
        raise _empty(uri)


@contextmanager
def _remote_file(uri: str) -> Iterator[IO[bytes]]:
    import fsspec

    # Every file system has exceptions of its own, of no common kind: all say "not readable".
    try:
        filesystem, path = fsspec.core.url_to_fs(uri)
        file = filesystem.open(path, "rb")
    except FileNotFoundError:
        raise DataFault(
            ErrorKind.NOT_FOUND, f"{uri}: there is no such object. Check the URI."
        ) from None
    except Exception as fault:
        raise DataFault(ErrorKind.UNREADABLE, f"{uri}: cannot be opened ({fault}).") from fault
    with file:
        _refuse_unless_seekable(file, uri)
        yield file


def _refuse_unless_seekable(file: IO[bytes], uri: str) -> None:
    """Look at the last byte of a remote file; leaves it at its start.

    A web server may take no notice of the range it is asked for, and say so by no word. That would
    show in the midst of decoding, where libav drops some errors: half a video, taken for a whole.
    """
    try:
        size = file.seek(0, 2)
        # A file of one block is fetched whole with its first byte. Others have no blocks.
        if size > getattr(file, "blocksize", size):
            file.seek(size - 1)
            if len(file.read(1)) != 1:
                raise ValueError("its last byte is not there")
        file.seek(0)
    except Exception as fault:  # each file system raises its own
        if file.tell() == 0 and not file.read(1):  # one that only streams
            raise _empty(uri) from None
        raise DataFault(
            ErrorKind.UNREADABLE,
            f"{uri}: its storage cannot seek ({_reason(fault)}). Copy it to a disk or an object "
            "store first.",
        ) from fault
    if size == 0:
        raise _empty(uri)


@contextmanager
def _container(file: str | IO[bytes], uri: str) -> "Iterator[InputContainer]":
    import av

    try:
        container = av.open(
            file,
            mode="r",
            options={"max_pixels": str(MAX_OPENED_PIXELS)},
            container_options={"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except PermissionError:
        raise DataFault(
            ErrorKind.UNREADABLE, f"{uri}: may not be read. Check its permissions."
        ) from None
    except (av.FFmpegError, OSError, ValueError) as fault:
        raise DataFault(
            ErrorKind.UNREADABLE,
            f"{uri}: holds no video or audio that can be read ({_reason(fault)}). It may be cut "
            "off before its index, or be no media file; playlists are refused.",
        ) from None
    with container:
        yield container


def _empty(uri: str) -> DataFault:
    return DataFault(ErrorKind.EMPTY_FILE, f"{uri}: is empty (0 bytes). Copy it again.")


def _reason(fault: Exception) -> str:
    reason = getattr(fault, "strerror", None) or str(fault)
    return str(reason).strip().rstrip(".") or type(fault).__name__


def _displayed_size(container: "InputContainer", stream: "VideoStream") -> tuple[int, int]:
    """Width and height, pixels, upright; as declared when no frame can be had."""
    codec: VideoCodecContext | None = stream.codec_context
    if codec is None:  # no decoder for it in this build
        return 0, 0
    size = codec.width, codec.height
    if math.prod(size) > MAX_PROBED_PIXELS:
        return size
    frame = first_frame(container, stream)
    if frame is None:
        return size
    size = frame.width, frame.height
    return (size[1], size[0]) if orientation(frame).transposed else size
