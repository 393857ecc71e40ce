"""When the pictures of a stream are on display: by their own stamps, or by those of decoding.

Some containers (AVI, ASF, Video for Windows in Matroska, an mp4 without `ctts`) store only when a
packet is decoded. Where the codec reorders, libavformat then guesses times that are not in order.
A decoder gives pictures out in order of presentation: the n-th belongs to the n-th decoding time.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Literal

from stages.start import rewind, timeline_origin_s
from stages.timeline import Timeline, timeline_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_DECODING_TIMES_ONLY = frozenset({"avi", "asf"})
_LOOKED_AT = 32  # packets: reordering shows within the first group of pictures
_LONGEST_LAG = 256  # packets that a codec may hold, its threads included


@dataclass(frozen=True)
class PictureClock:
    """How the pictures of a file are timed.

    Attributes:
        timeline: of the file.
        lag: packets that the codec takes in before it gives out the first picture, where pictures
            are timed by decoding; None where they are timed by their own stamps.
        stored: which stamp of a packet is the time of decoding that the container stores.
        delay: added to these times, in the stream's unit, lest the first lies before the start of
            the presentation, which libavformat may have guessed.
    """

    timeline: Timeline
    lag: int | None = None
    stored: Literal["pts", "dts"] = "dts"
    delay: int = 0

    def decoding_times(self) -> "DecodingTimes | None":
        """What to time pictures by from one packet on; None: their own stamps."""
        return None if self.lag is None else DecodingTimes(self.lag, self.stored, self.delay)


def picture_clock(
    container: "InputContainer", stream: "VideoStream", declared_s: float | None = None
) -> PictureClock:
    """Find out how the pictures of an open file are timed; leaves it positioned at its start.

    Decodes a few pictures where presentation times seem not to be stored, so `prepare_codec` comes
    before it.
    """
    timeline = timeline_of(container, stream, declared_s)
    if not stream.codec_context.has_b_frames:
        return PictureClock(timeline)
    surely = _stores_decoding_times_only(container, stream)
    if not surely and _reorders(container, stream):
        return PictureClock(timeline)
    lag, in_order = _first_pictures(container, stream)
    if in_order and not surely:
        return PictureClock(timeline)
    stored: Literal["pts", "dts"] = "dts" if surely else "pts"
    return PictureClock(timeline, lag, stored, _delay(container, stream, stored))


def prepare_codec(stream: "VideoStream", *, threads: int, max_pixels: int) -> None:
    """Set how the codec of `stream` works; larger pictures than `max_pixels` become its errors."""
    codec = stream.codec_context
    codec.thread_count = threads
    codec.thread_type = "AUTO" if threads > 1 else "NONE"
    codec.options = {"max_pixels": str(max_pixels)}


class DecodingTimes:
    """The decoding times of the packets that a codec took in, for the pictures that come out."""

    def __init__(self, lag: int, stored: Literal["pts", "dts"], delay: int) -> None:
        self._lag = lag
        self._stored = stored
        self._delay = delay
        self._taken: list[int | None] = []  # as libavformat counts them
        self._times: list[int | None] = []
        self._next = 0

    def take(self, packet: "Packet[VideoStream]") -> None:
        """Note a packet that is given to the codec."""
        self._taken.append(packet.dts)
        self._times.append(packet.dts if self._stored == "dts" else packet.pts)

    def stamp(self, frame: "VideoFrame") -> int | None:
        """The time of the next picture, in the stream's time base; None if it has none."""
        index = self._next
        if frame.dts is not None:
            index = self.index_of(frame) - self._lag
        self._next = index + 1
        time = self._times[max(index, 0)] if index < len(self._times) else None
        return None if time is None else time + self._delay

    def index_of(self, frame: "VideoFrame") -> int:
        """Which of the packets made the codec give out `frame`."""
        for back, stamp in enumerate(islice(reversed(self._taken), _LONGEST_LAG)):
            if stamp == frame.dts:
                return len(self._taken) - 1 - back
        return len(self._taken) - 1


def _stores_decoding_times_only(container: "InputContainer", stream: "VideoStream") -> bool:
    formats = set(container.format.name.split(","))
    for_windows = "matroska" in formats and stream.codec_context.codec_tag.strip("\0") != ""
    return for_windows or bool(formats & _DECODING_TIMES_ONLY)


def _reorders(container: "InputContainer", stream: "VideoStream") -> bool:
    """Whether presentation times are stored that differ in order from the packets."""
    stamps = [packet.pts for packet in _first_packets(container, stream) if packet.pts is not None]
    return any(later < earlier for earlier, later in pairwise(stamps))


def _first_pictures(container: "InputContainer", stream: "VideoStream") -> tuple[int, bool]:
    """The codec's lag, and whether the first pictures are stamped in order."""
    from av.error import FFmpegError

    times, lag, stamps = DecodingTimes(0, "dts", 0), None, []
    for packet in _first_packets(container, stream):
        times.take(packet)
        try:
            frames = stream.decode(packet)
        except FFmpegError:  # the reader counts it
            continue
        for frame in frames:
            if lag is None:
                lag = times.index_of(frame)
            if frame.pts is not None:
                stamps.append(frame.pts)
    rewind(container)
    return lag or 0, all(earlier < later for earlier, later in pairwise(stamps))


def _delay(
    container: "InputContainer", stream: "VideoStream", stored: Literal["pts", "dts"]
) -> int:
    first = next(_first_packets(container, stream), None)
    rewind(container)
    if first is None:
        return 0
    stamp = first.dts if stored == "dts" else first.pts
    if stamp is None or stream.time_base is None:
        return 0
    return max(round(timeline_origin_s(container) / stream.time_base) - stamp, 0)


def _first_packets(
    container: "InputContainer", stream: "VideoStream"
) -> "Iterator[Packet[VideoStream]]":
    from av.error import FFmpegError

    rewind(container)
    packets = (packet for packet in container.demux(stream) if packet.size)
    with suppress(FFmpegError, OSError):  # the reader says so
        yield from islice(packets, _LOOKED_AT)
    rewind(container)
