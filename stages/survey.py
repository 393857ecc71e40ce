"""How long the clock of a file runs, and where it begins again: its packets read, not decoded."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stages.start import MICROSECONDS, formats_of, mean_rate, rewind, timeline_origin_s

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

_GUESSED_RATE = 25.0  # frames a second, where a stream tells nothing
_BACK_S = 0.1  # a key picture or a sound this much before what came: the clock began again
_FAR_BACK_S = 5.0  # the same of a picture that may stand before its key picture
_AHEAD_S = 10.0  # nothing for longer than this is a clock that was set, where clocks may be set
_UNLIKE = 5  # times as long as any pause before it, lest rare pictures count as such
_FEW = 8  # packets before anything is said of the pauses between them
_GOES_ON_S = 0.5  # a stream whose next time is this near has not begun again
_LINGERS = 100  # packets of a stream that goes on while the clock of another begins again
_CLOCK_IS_SET = frozenset({"mpegts", "mpeg", "flv"})
# Whose demuxers may stop where an appended recording begins, and which end with their last packet.
_READ_TO_THE_END = frozenset({"matroska", "flv", "ogg"})
_SLACK = 16  # bytes between the last packet of a recording and the next recording
_MUCH = 0.2  # of the bytes of a file: no index is as large
_NO_DURATION = 2**31  # ticks; libavformat wraps the negative duration of a trimmed last packet
_SHORTER_S = 1.0  # the last pictures and sounds often tell too little of how long they last
_LONGER_S = 0.1  # what goes on for longer than this after the declared end is looked at too
_LIKE_THE_CLOCK_S = 1.0


@dataclass
class Part:
    """A stretch of the file in which its clock runs on; seconds on that clock."""

    position: float  # byte at which it begins
    start_s: float = math.inf
    end_s: float = -math.inf

    @property
    def length_s(self) -> float:
        return max(self.end_s - self.start_s, 0.0)


@dataclass
class _Track:
    """How far one stream has been surveyed."""

    part: int = 0
    seen: int = 0  # packets
    latest_s: float | None = None  # latest time in its part
    longest_s: float = math.inf  # longest pause so far; unknown until some packets are seen
    end_s: float = -math.inf
    lingers: int = 0  # packets since the clock of another stream began again
    firsts: list[tuple[int, int]] = field(default_factory=list)  # packet and part it begins


class Survey:
    """Reads the packets of a file, and finds the parts of its clock."""

    def __init__(self, container: "InputContainer", end_at: float = math.inf) -> None:
        """`end_at` is the byte where what is surveyed ends: what follows must not be touched."""
        self._container = container
        self._end_at = end_at
        self._clock_is_set = bool(formats_of(container) & _CLOCK_IS_SET)
        self._tracks = {
            stream.index: _Track()
            for stream in container.streams
            if stream.type in ("video", "audio")
        }
        self._frame_s = {
            stream.index: 1 / (mean_rate(stream) or _GUESSED_RATE)
            for stream in container.streams.video
        }
        self._unstamped: dict[int, int] = dict.fromkeys(self._tracks, 0)
        self._read_to = -1  # byte
        self.parts = [Part(0)]

    def read(self, from_s: float | None = None, *, one_part: bool = False) -> bool:
        """Survey from the start, or from `from_s` of the clock on; whether that was found.

        `one_part` ends it where the clock begins again.
        """
        from av.error import FFmpegError

        try:
            if from_s is None:
                rewind(self._container)
            else:
                self._container.seek(round(from_s * MICROSECONDS))
            for packet in self._container.demux():
                self._take(packet)
                if (one_part and len(self.parts) > 1) or self._read_to >= self._end_at - _SLACK:
                    break
        except FFmpegError:
            pass  # a cut file lasts as long as it can be read
        rewind(self._container)
        return self.parts[0].end_s > -math.inf

    @property
    def leaves_much_unread(self) -> bool:
        """Whether the demuxer ended long before the file does."""
        if not formats_of(self._container) & _READ_TO_THE_END:
            return False
        size = self._container.size
        return 0 <= self._read_to < (1 - _MUCH) * size

    @property
    def is_consistent(self) -> bool:
        """Whether the clocks of all streams begin again together."""
        return all(track.lingers <= _LINGERS for track in self._tracks.values())

    def duration_s(self, video: "VideoStream | None", declared_s: float | None) -> float:
        """Of the first part, of a file that declares `declared_s`.

        What is in it decides, where that is known: a file may be cut off, written on after its
        length was noted, or say anything. Some count from where the clock shows 0 (Matroska, FLV,
        NUT) and some from their first packet.
        """
        origin_s, end_s = timeline_origin_s(self._container), self.parts[0].end_s
        measured_s = end_s - origin_s
        if declared_s is None and measured_s <= 0 and video is not None:
            # An elementary stream has no clock.
            return self._unstamped[video.index] / (mean_rate(video) or _GUESSED_RATE)
        if declared_s is None:
            return max(measured_s, 0.0)
        if self._counts_from_zero(declared_s) or self.ends_early(declared_s):
            return measured_s
        return measured_s if measured_s > declared_s + _LONGER_S else declared_s

    def ends_early(self, declared_s: float) -> bool:
        """Whether the first part ends well before the file says that it does."""
        measured_s = self.parts[0].end_s - timeline_origin_s(self._container)
        return 0 < measured_s < declared_s - _SHORTER_S and not self._counts_from_zero(declared_s)

    def _counts_from_zero(self, declared_s: float) -> bool:
        origin_s, end_s = timeline_origin_s(self._container), self.parts[0].end_s
        return origin_s > 0 and abs(declared_s - end_s) <= _LIKE_THE_CLOCK_S

    @property
    def firsts(self) -> dict[int, list[tuple[int, int]]]:
        """By stream: which packet enters another part, and which part; both counted from 0."""
        return {index: track.firsts for index, track in self._tracks.items()}

    def _take(self, packet: "Packet[Stream]") -> None:
        track = self._tracks.get(packet.stream_index)
        stamp = packet.pts if packet.pts is not None else packet.dts
        if packet.pos is not None:
            self._read_to = max(self._read_to, packet.pos + packet.size)
        if track is None:
            return
        if stamp is None:
            self._unstamped[packet.stream_index] += packet.size > 0
        else:
            self._place(packet, track, float(stamp * packet.time_base))
        track.seen += 1

    def _place(self, packet: "Packet[Stream]", track: _Track, time_s: float) -> None:
        newest = len(self.parts) - 1
        position = math.inf if packet.pos is None else packet.pos
        if self._begins_again(packet, track, time_s):
            if track.part == newest:
                self.parts.append(Part(position))
            self._enter(track, len(self.parts) - 1, position)
        elif track.part < newest:
            goes_on = track.latest_s is not None and abs(time_s - track.end_s) < _GOES_ON_S
            if goes_on or position < self.parts[newest].position:
                track.lingers += 1
            else:
                self._enter(track, newest, position)
        end_s = time_s + self._length_s(packet)
        if track.latest_s is None:
            track.latest_s = time_s
        elif track.seen >= _FEW:
            known_s = 0.0 if track.longest_s == math.inf else track.longest_s
            track.longest_s = max(known_s, time_s - track.end_s)
        track.latest_s = max(track.latest_s, time_s)
        track.end_s = max(track.end_s, end_s)
        part = self.parts[track.part]
        part.start_s, part.end_s = min(part.start_s, time_s), max(part.end_s, end_s)

    def _length_s(self, packet: "Packet[Stream]") -> float:
        ticks = packet.duration or 0
        stated_s = float((ticks if ticks < _NO_DURATION else 0) * packet.time_base)
        return stated_s or self._frame_s.get(packet.stream_index, 0.0)

    def _begins_again(self, packet: "Packet[Stream]", track: _Track, time_s: float) -> bool:
        if track.latest_s is None:
            return False
        # In no sound order does a key picture come before what was read before it.
        back_s = track.latest_s - time_s
        if back_s > (_BACK_S if packet.is_keyframe else _FAR_BACK_S):
            return True
        ahead_s = time_s - track.end_s
        if not self._clock_is_set or ahead_s <= max(_AHEAD_S, _UNLIKE * track.longest_s):
            return False
        everyone_waits = time_s > self.parts[track.part].end_s + _AHEAD_S
        return everyone_waits or track.part < len(self.parts) - 1

    def _enter(self, track: _Track, part: int, position: float) -> None:
        track.part = part
        track.latest_s, track.end_s, track.lingers = None, -math.inf, 0
        track.firsts.append((track.seen, part))
        self.parts[part].position = min(self.parts[part].position, position)
