"""The frames of a video stream from a point of time on, in order of presentation."""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import dropwhile
from typing import TYPE_CHECKING, NamedTuple

from stages.faults import DataFault, ErrorKind
from stages.media import rewind, timeline_origin_s

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_REACHES_S = (0.0, 1.0, 4.0, 16.0, 64.0)  # how far before the start a seek is tried, seconds
_GUESSED_RATE = Fraction(25)  # frames a second, where a stream tells nothing


class TimedFrame(NamedTuple):
    """A decoded picture and the span it is on display, in seconds on the timeline."""

    frame: "VideoFrame"
    start_s: float
    end_s: float  # start of the next frame; of the file's last frame, by its own duration


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
        self, container: "InputContainer", stream: "VideoStream", *, threads: int, max_pixels: int
    ) -> None:
        from av.stream import Discard

        self._container = container
        self._stream = stream
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        codec = stream.codec_context
        codec.thread_count = threads
        codec.thread_type = "AUTO" if threads > 1 else "NONE"
        codec.options = {"max_pixels": str(max_pixels)}
        self._origin_s = timeline_origin_s(container)
        self._base = stream.time_base or Fraction(1, 1000)
        rate = stream.average_rate or stream.guessed_rate or _GUESSED_RATE
        self._frame_s = float(1 / rate)
        self.tick_s = float(self._base)
        self._start_counting()

    def frames(self, start_s: float) -> Iterator[TimedFrame]:
        """Yield from the frame on display at `start_s` (or the first of the file) to the end.

        Seeks to the key frame before `start_s`. Where a demuxer's seek lands too late (it may
        go by decoding time, or know no key frames) it is repeated from earlier, at last from the
        file's start.
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
        # A program stream stamps few pictures; the first after a seek get times by guess.
        reaches_s = _REACHES_S[2:] if self._container.format.name == "mpeg" else _REACHES_S
        for reach_s in reaches_s:
            target_s = start_s - reach_s
            if target_s <= 0 or not self._seek(target_s):
                break
            spans = self._spans(after_key=True)
            first = next(spans, None)
            if first is not None and first.start_s <= start_s + self.tick_s:
                yield first
                yield from spans
                return
        if start_s > 0:
            rewind(self._container)
        yield from self._spans(after_key=False)

    def _seek(self, target_s: float) -> bool:
        from av.error import FFmpegError

        offset = math.floor((target_s + self._origin_s) / self._base)
        try:
            self._container.seek(offset, stream=self._stream)
        except FFmpegError:
            return False
        return True

    def _spans(self, *, after_key: bool) -> Iterator[TimedFrame]:
        """Frames with the spans between their times."""
        self._start_counting()
        held: VideoFrame | None = None
        held_s = -math.inf
        for frame in self._decoded(after_key=after_key):
            time_s = self._time_s(frame, held_s)
            if time_s <= held_s:
                self.misplaced_frames += 1
                continue
            if held is not None:
                yield TimedFrame(held, held_s, time_s)
            held, held_s = frame, time_s
        self.finished = True
        if held is not None:
            own_s = float((held.duration or 0) * self._base) or self._frame_s
            yield TimedFrame(held, held_s, held_s + own_s)

    def _time_s(self, frame: "VideoFrame", previous_s: float) -> float:
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is not None:
            return stamp * self._base.numerator / self._base.denominator - self._origin_s
        return 0.0 if previous_s == -math.inf else previous_s + self._frame_s

    def _decoded(self, *, after_key: bool) -> Iterator["VideoFrame"]:
        from av.error import FFmpegError

        packets: Iterator[Packet[VideoStream] | None] = self._packets()
        if after_key:  # others would only make the codec complain of what they refer to
            packets = dropwhile(_not_key, packets)
        for packet in packets:
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

    def _packets(self) -> Iterator["Packet[VideoStream] | None"]:
        """Packets of the stream; last one that makes the codec give out what it holds."""
        from av.error import FFmpegError

        try:
            yield from self._container.demux(self._stream)
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


def _not_key(packet: "Packet[VideoStream] | None") -> bool:
    return packet is not None and packet.size > 0 and not packet.is_keyframe
