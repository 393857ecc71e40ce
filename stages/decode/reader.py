"""The frames of a video stream from a point of time on, in order of presentation."""

import math
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import dropwhile
from typing import TYPE_CHECKING, NamedTuple

from stages.decode.clock import PictureClock
from stages.faults import DataFault, ErrorKind
from stages.start import rewind, timeline_origin_s

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    _MaybePacket = Packet[VideoStream] | None

_REACHES_S = (0.0, 1.0, 4.0, 16.0, 64.0)  # how far before the start a seek is tried, seconds
_FAR_S = 5.0  # where no key frame comes for so long after the start, none is waited for
_ALIKE = 1.1  # times as long: pictures at a constant rate
_GUESSED_RATE = Fraction(25)  # frames a second, where a stream tells nothing


class TimedFrame(NamedTuple):
    """A decoded picture and the span it is on display, in seconds on the timeline."""

    frame: "VideoFrame"
    start_s: float
    end_s: float  # start of the next frame; of the file's last frame, by its own duration or rate


class FrameReader:
    """Decodes one stream, each frame once, and counts what cannot be used.

    Attributes:
        broken_packets: packets that the codec refused.
        damaged_frames: frames that the codec decoded with errors; they are left out.
        misplaced_frames: frames stamped no later than the one before; they are left out.
        finished: whether the stream was read to its end.
        tick_s: the stream's unit of time, in seconds: no two times differ by less.
    """

    def __init__(
        self, container: "InputContainer", stream: "VideoStream", clock: PictureClock
    ) -> None:
        """`container` stands at its start; its other streams are passed over from now on."""
        from av.stream import Discard

        self._container = container
        self._stream = stream
        self._clock = clock
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        self._origin_s = timeline_origin_s(container)
        self._base = stream.time_base or Fraction(1, 1000)
        rate = stream.average_rate or stream.guessed_rate or _GUESSED_RATE
        self._frame_s = float(1 / rate)
        self.tick_s = float(self._base)
        self._repeated_until_s: float  # end of the last packet that repeats a picture
        self._start_counting()

    def frames(self, start_s: float) -> Iterator[TimedFrame]:
        """Yield from the frame on display at `start_s` (or the first of the file) to the end.

        Seeks to the key frame before `start_s`. Where a demuxer's seek lands too late (it may
        go by decoding time, or know no key frames) it is repeated from earlier, at last from the
        file's start. A file whose clock begins again is read from its start at once.
        """
        spans = self._spans_from(start_s)
        last = None
        for span in spans:
            if span.end_s > start_s:
                yield span
                yield from spans
                return
            last = span
        if last is not None:  # the stream ends before `start_s`: its last picture stays
            yield last

    def _spans_from(self, start_s: float) -> Iterator[TimedFrame]:
        if self._clock.timeline.restarts_s:
            rewind(self._container)
            yield from self._spans(self._since_key(self._packets(), start_s))
            return
        # A program stream stamps few pictures; the first after a seek get times by guess.
        reaches_s = _REACHES_S[2:] if self._container.format.name == "mpeg" else _REACHES_S
        for reach_s in reaches_s:
            target_s = start_s - reach_s
            if target_s <= 0 or not self._seek(target_s):
                break
            spans = self._spans(dropwhile(_not_key, self._packets()))
            first = next(spans, None)
            if first is not None and first.start_s <= start_s + self.tick_s:
                yield first
                yield from spans
                return
        if start_s > 0:
            rewind(self._container)
        yield from self._spans(self._packets())

    def _seek(self, target_s: float) -> bool:
        from av.error import FFmpegError

        offset = math.floor((target_s + self._origin_s) / self._base)
        try:
            self._container.seek(offset, stream=self._stream)
        except FFmpegError:
            return False
        return True

    def _spans(self, packets: "Iterator[_MaybePacket]") -> Iterator[TimedFrame]:
        """Frames with the spans between their times."""
        self._start_counting()
        held: VideoFrame | None = None
        held_s = -math.inf
        stays_s = deque([0.0, math.inf], maxlen=2)  # of the last two pictures
        for frame in self._decoded(packets):
            time_s = self._time_s(frame, held_s)
            if time_s <= held_s:
                self.misplaced_frames += 1
                continue
            if held is not None:
                stays_s.append(time_s - held_s)
                yield TimedFrame(held, held_s, time_s)
            held, held_s = frame, time_s
        self.finished = True
        if held is not None:
            own_s = float((held.duration or 0) * self._base) or self._frame_s
            if max(stays_s) < _ALIKE * min(stays_s):  # some state 1/25 s for a picture every 10 s
                own_s = max(own_s, min(stays_s))
            yield TimedFrame(held, held_s, max(held_s + own_s, self._repeated_until_s))

    def _time_s(self, frame: "VideoFrame", previous_s: float) -> float:
        if self._decoding_times is not None:
            stamp = self._decoding_times.stamp(frame)
        else:
            stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is not None:
            return self._seconds(stamp)
        return 0.0 if previous_s == -math.inf else previous_s + self._frame_s

    def _seconds(self, stamp: int) -> float:
        return stamp * self._base.numerator / self._base.denominator - self._origin_s

    def _decoded(self, packets: "Iterator[_MaybePacket]") -> Iterator["VideoFrame"]:
        from av.error import FFmpegError

        for packet in packets:
            if packet is not None and _is_empty(packet):
                self._repeat(packet)
                continue
            if self._decoding_times is not None and packet is not None and packet.size:
                self._decoding_times.take(packet)
            try:
                frames = self._stream.decode(packet)
            except FFmpegError:
                self.broken_packets += 1
                continue
            for frame in frames:
                if frame.is_corrupt:
                    self.damaged_frames += 1
                else:
                    yield frame

    def _repeat(self, packet: "Packet[VideoStream]") -> None:
        """A packet of no bytes means the picture before once more (Theora, AVI)."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is not None:
            until_s = self._seconds(stamp) + (
                float((packet.duration or 0) * self._base) or self._frame_s
            )
            self._repeated_until_s = max(self._repeated_until_s, until_s)

    def _since_key(
        self, packets: "Iterator[_MaybePacket]", start_s: float
    ) -> "Iterator[_MaybePacket]":
        """`packets` from the last key frame on that is shown at `start_s` or before."""
        held: list[_MaybePacket] = []
        for packet in packets:
            time_s = (
                -math.inf if packet is None or packet.pts is None else self._seconds(packet.pts)
            )
            if time_s > start_s + _FAR_S or (time_s > start_s and not _not_key(packet)):
                yield from held
                yield packet
                yield from packets
                return
            if packet is not None and packet.is_keyframe:
                held.clear()
            held.append(packet)
        yield from held

    def _packets(self) -> "Iterator[_MaybePacket]":
        """Packets of the stream; last one that makes the codec give out what it holds."""
        from av.error import FFmpegError

        try:
            yield from self._clock.timeline.packets(self._container, self._stream)
        except FFmpegError:  # a file that breaks off ends where it can be read no further
            self.broken_packets += 1
            yield None
        except OSError as fault:
            raise DataFault(
                ErrorKind.UNREADABLE, f"{self._container.name}: reading broke off ({fault})."
            ) from fault

    def _start_counting(self) -> None:
        self.broken_packets = self.damaged_frames = self.misplaced_frames = 0
        self.finished = False
        self._repeated_until_s = -math.inf
        self._decoding_times = self._clock.decoding_times()


def _not_key(packet: "_MaybePacket") -> bool:
    return packet is not None and packet.size > 0 and not packet.is_keyframe


def _is_empty(packet: "Packet[VideoStream]") -> bool:
    """Whether a packet has no bytes; that which ends a stream has no stamp either."""
    return packet.size == 0 and (packet.pts is not None or packet.dts is not None)
