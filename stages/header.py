"""What stands at the head of a media file: looked at without reading the file through."""

from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median
from typing import TYPE_CHECKING

from stages.media import (
    MAX_PROBED_PIXELS,
    Orientation,
    first_frame,
    open_media,
    orientation,
    video_stream,
)
from stages.start import mean_rate
from stages.timeline import declared_duration_s

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

_LOOKED_AT = 1000  # entries of an index: enough to tell a steady rate
_FEW = 8  # entries, of which no rate can be told
_UNEVEN = 0.1  # of the usual distance of two frames, from which on a distance is another
_UNEVEN_SHARE = 0.01  # of the distances; one is no rate
_TAIL = 64  # entries at the end of an index, one of which lies last in the file


@dataclass(frozen=True)
class Header:
    """What a file says of itself.

    Attributes:
        duration_s: seconds; None where it does not say.
        fps: mean frame rate; 0 where nothing tells.
        width, height: pixels, after rotation; 0 without video.
        has_video: cover art is not video.
        sound_tracks: how many.
        is_turned: a player turns or mirrors the stored picture.
        has_decoder: whether this build of PyAV can decode its video.
        has_variable_rate: its frames do not come at even distances.
        missing_bytes: that its index names behind the end of the file.
    """

    duration_s: float | None
    fps: float
    width: int
    height: int
    has_video: bool
    sound_tracks: int
    is_turned: bool
    has_decoder: bool
    has_variable_rate: bool
    missing_bytes: int


def read_header(uri: str) -> Header:
    """The header of a file: a local path or any URI that fsspec opens. One frame is decoded.

    Raises:
        DataFault: it cannot be opened, see `stages.media.open_media`.
    """
    with open_media(uri) as container:
        stream = video_stream(container)
        sound_tracks = len(container.streams.audio)
        duration_s = declared_duration_s(container)
        if stream is None:
            return Header(duration_s, 0.0, 0, 0, False, sound_tracks, False, True, False, 0)
        missing = _missing_bytes(container, stream)
        width, height, turned = _picture(container, stream)
        return Header(
            duration_s=duration_s,
            fps=mean_rate(stream),
            width=width,
            height=height,
            has_video=True,
            sound_tracks=sound_tracks,
            is_turned=turned != Orientation(),
            has_decoder=stream.codec_context is not None,
            has_variable_rate=_has_variable_rate(stream),
            missing_bytes=missing,
        )


def _picture(container: "InputContainer", stream: "VideoStream") -> tuple[int, int, Orientation]:
    """Width and height, upright, and how the stored picture is brought upright."""
    codec: VideoCodecContext | None = stream.codec_context
    if codec is None:
        return 0, 0, Orientation()
    width, height = codec.width, codec.height
    is_large = width * height > MAX_PROBED_PIXELS
    frame = None if is_large else first_frame(container, stream)
    if frame is None:
        return width, height, Orientation()
    turned = orientation(frame)
    size = frame.width, frame.height
    return (*(reversed(size) if turned.transposed else size), turned)


def _has_variable_rate(stream: "VideoStream") -> bool:
    """By the index, where there is one of all frames."""
    stamps = [entry.timestamp for entry in islice(stream.index_entries, _LOOKED_AT)]
    steps = [after - before for before, after in pairwise(stamps)]
    if len(steps) < _FEW or len(stream.index_entries) < stream.frames:
        return False
    usual = median(steps)
    uneven = sum(abs(step - usual) > _UNEVEN * usual for step in steps)
    return uneven > max(1, _UNEVEN_SHARE * len(steps))


def _missing_bytes(container: "InputContainer", stream: "VideoStream") -> int:
    count, size = len(stream.index_entries), container.size
    if count < _FEW or size <= 0:
        return 0
    last = [stream.index_entries[at] for at in range(count - min(count, _TAIL), count)]
    return max(0, max(entry.pos + entry.size for entry in last) - size)
