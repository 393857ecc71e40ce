"""The presentation timeline of a file: where it starts, how long it is, where its clock restarts.

Time is PTS times time base, less `timeline_origin_s`. Recordings that were appended to one another
(cameras and receivers write MPEG-TS so, browsers WebM) begin their clock again in the middle of
the file: each such part follows on the end of the one before it, for pictures and sound alike.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar, cast

from stages.appended import appended_at

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

_S = TypeVar("_S", bound="Stream")

MICROSECONDS = 1_000_000  # libavformat's own time base
_LONG_BEFORE = 10 * MICROSECONDS
_GUESSED_RATE = 25.0  # frames a second, where a stream tells nothing

_BACK_S = 0.1  # a key picture or a sound this much before what came: the clock began again
_FAR_BACK_S = 5.0  # the same of a picture that may stand before its key picture
_AHEAD_S = 10.0  # nothing for longer than this is a clock that was set, where clocks may be set
_UNLIKE = 5  # times as long as any pause before it, lest rare pictures count as such
_FEW = 8  # packets before anything is said of the pauses between them
_GOES_ON_S = 0.5  # a stream whose next time is this near has not begun again
_LINGERS = 100  # packets of a stream that goes on while the clock of another begins again

# Streams without an index, in which whatever was written last is the file's end. Their declared
# duration is read from both ends, which tells nothing of what lies between.
_UNINDEXED = frozenset({"mpegts", "mpeg"})
_CLOCK_IS_SET = frozenset({"mpegts", "mpeg", "flv"})
# Their duration comes from the index that the packets are read by.
_INDEXED = frozenset({"mov", "wav", "w64", "mp3", "flac"})
# Whose demuxers may stop where an appended recording begins, and which end with their last packet.
_READ_TO_THE_END = frozenset({"matroska", "flv", "ogg"})
_SAME_S = 1e-3
_TAIL_S = 5.0  # before the declared end: FLV without an index finds nothing at the very end
_SLACK = 16  # bytes between the last packet of a recording and the next recording
_MUCH = 0.2  # of the bytes of a file: no index is as large
_NO_DURATION = 2**31  # ticks; libavformat wraps the negative duration of a trimmed last packet
_LONGER_S = 0.1  # what goes on for longer than this after the declared end is looked at too
_LIKE_THE_CLOCK_S = 1.0


def timeline_origin_s(container: "InputContainer") -> float:
    """Seconds on the clock of the file's PTS at which its presentation starts.

    The earliest start over the streams (ffmpeg's convention, and a player's), so that a negative
    start, an MPEG-TS clock that begins at 1.4 s and an mp4 start offset all begin at 0.
    """
    start = container.start_time
    return 0.0 if start is None else start / MICROSECONDS


def rewind(container: "InputContainer") -> None:
    """Go back to the first packet."""
    from av.error import FFmpegError

    start = container.start_time or 0
    attempts: tuple[tuple[int, bool], ...] = (
        (start - _LONG_BEFORE, False),  # MPEG-TS seeks by decoding time, which is earlier
        (start, False),  # AVI seeks only to what its index holds
        (0, True),  # an elementary stream has no clock
    )
    if _formats(container) & _UNINDEXED:  # by time one may land in any part
        attempts = (attempts[2], *attempts[:2])
    for offset, in_bytes in attempts:
        try:
            container.seek(offset, unsupported_byte_offset=in_bytes)
        except FFmpegError:
            continue
        return


@dataclass(frozen=True)
class Timeline:
    """How long a file lasts, and the parts of it whose clocks begin again.

    Attributes:
        duration_s: seconds; 0 when nothing tells.
        restarts_s: where each part but the first begins, seconds on the timeline.
        unread_from_s: where the timeline ends although the file goes on; None where it does not.
    """

    duration_s: float
    restarts_s: tuple[float, ...] = ()
    unread_from_s: float | None = None
    _unread_at: float = math.inf  # byte
    _shifts: dict[int, list[tuple[int, Fraction]]] = field(default_factory=dict)

    @property
    def warnings(self) -> list[str]:
        """What a reader of the row should know of it."""
        if self.unread_from_s is not None:
            return [
                f"The file goes on after {self.unread_from_s:.2f} s, as where recordings were "
                "appended; what follows was not looked at. Cut it into its recordings first."
            ]
        if not self.restarts_s:
            return []
        times = ", ".join(f"{time_s:.2f}" for time_s in self.restarts_s[:5])
        more = ", ..." if len(self.restarts_s) > 5 else ""
        return [
            f"The clock of the file begins again at {times}{more} s, as where recordings were "
            "appended; its parts were taken one after the other."
        ]

    def packets(self, container: "InputContainer", stream: "_S") -> "Iterator[Packet[_S]]":
        """The packets of `stream`, from where `container` stands, stamped on one clock.

        A file with restarts must stand at its start.
        """
        packets = (
            packet
            for packet in cast("Iterator[Packet[_S]]", container.demux(stream))
            if packet.pos is None or packet.pos < self._unread_at
        )
        waiting = list(self._shifts.get(stream.index, []))
        if not waiting:
            yield from packets
            return
        ticks = 0
        for number, packet in enumerate(packets):
            while waiting and number >= waiting[0][0]:
                ticks = round(waiting.pop(0)[1] / packet.time_base)
            if packet.pts is not None:
                packet.pts += ticks
            if packet.dts is not None:
                packet.dts += ticks
            yield packet


def timeline_of(
    container: "InputContainer", video: "VideoStream | None", known_s: float | None = None
) -> Timeline:
    """The timeline of an open file; leaves it positioned at its start.

    What the container declares is believed where its index bears it out. Others are looked at from
    their declared end on, without decoding, and those that declare nothing, or have no index (MPEG
    transport and program streams), from their start.

    Args:
        known_s: the duration that an earlier call gave. Where the container declares just that,
            the file is not looked at again.
    """
    declared_s, formats = _declared_duration_s(container), _formats(container)
    if formats & _INDEXED and declared_s is not None:
        is_joined = appended_at(container) is not None
        return Timeline(declared_s, unread_from_s=declared_s if is_joined else None)
    if formats & _UNINDEXED:
        if known_s is not None and declared_s is not None and abs(known_s - declared_s) < _SAME_S:
            return Timeline(known_s)
        return _all_parts(container, video, declared_s)
    return _first_part(container, video, declared_s)


def _all_parts(
    container: "InputContainer", video: "VideoStream | None", declared_s: float | None
) -> Timeline:
    """The timeline of a file that can be read from any byte, and so again from its start."""
    survey = _Survey(container)
    survey.read()
    if not survey.is_consistent:
        return Timeline(declared_s or survey.parts[0].length_s)
    if len(survey.parts) > 1:
        return survey.timeline()
    return Timeline(survey.duration_s(video, declared_s))


def _first_part(
    container: "InputContainer", video: "VideoStream | None", declared_s: float | None
) -> Timeline:
    """The timeline of a file whose demuxer finds what was appended once at most: its first part."""
    appended = appended_at(container)
    end_at = math.inf if appended is None else appended
    survey = _Survey(container, end_at)
    if declared_s is not None and appended is not None:  # its tail cannot be read without the rest
        survey.parts[0].end_s = declared_s
    elif declared_s is None or not survey.read(from_s=declared_s - _TAIL_S, one_part=True):
        survey.read(one_part=True)
    duration_s = survey.duration_s(video, declared_s)
    goes_on = appended is not None or len(survey.parts) > 1 or survey.leaves_much_unread
    return Timeline(duration_s, unread_from_s=duration_s if goes_on else None, _unread_at=end_at)


def mean_rate(stream: "VideoStream") -> float:
    """Frames a second; 0 when nothing tells."""
    return float(stream.average_rate or stream.guessed_rate or 0)


def _formats(container: "InputContainer") -> set[str]:
    return set(container.format.name.split(","))


def _declared_duration_s(container: "InputContainer") -> float | None:
    if container.duration is not None and container.duration > 0:
        return container.duration / MICROSECONDS
    origin_s = timeline_origin_s(container)
    ends = [
        float(((stream.start_time or 0) + stream.duration) * stream.time_base) - origin_s
        for stream in container.streams
        if stream.duration and stream.time_base
    ]
    return max((end for end in ends if end > 0), default=None)


@dataclass
class _Part:
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


class _Survey:
    """Reads the packets of a file, and finds the parts of its clock."""

    def __init__(self, container: "InputContainer", end_at: float = math.inf) -> None:
        """`end_at` is the byte where what is surveyed ends: what follows must not be touched."""
        self._container = container
        self._end_at = end_at
        self._clock_is_set = bool(_formats(container) & _CLOCK_IS_SET)
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
        self.parts = [_Part(0)]

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
        if not _formats(self._container) & _READ_TO_THE_END:
            return False
        size = self._container.size
        return 0 <= self._read_to < (1 - _MUCH) * size

    @property
    def is_consistent(self) -> bool:
        """Whether the clocks of all streams begin again together."""
        return all(track.lingers <= _LINGERS for track in self._tracks.values())

    def duration_s(self, video: "VideoStream | None", declared_s: float | None) -> float:
        """Of the first part, of a file that declares `declared_s`.

        A file cut off lasts as long as it says. Some count from where the clock shows 0 (Matroska,
        FLV, NUT) and some from their first packet, and some were written on after that was noted.
        """
        origin_s, end_s = timeline_origin_s(self._container), self.parts[0].end_s
        measured_s = end_s - origin_s
        if declared_s is None and measured_s <= 0 and video is not None:
            # An elementary stream has no clock.
            return self._unstamped[video.index] / (mean_rate(video) or _GUESSED_RATE)
        if declared_s is None:
            return max(measured_s, 0.0)
        counts_from_zero = origin_s > 0 and abs(declared_s - end_s) <= _LIKE_THE_CLOCK_S
        if counts_from_zero or measured_s > declared_s + _LONGER_S:
            return measured_s
        return declared_s

    def timeline(self) -> Timeline:
        """The parts, one after the other."""
        origin_s = timeline_origin_s(self._container)
        origins_s, ends_s = [origin_s], [self.parts[0].end_s - origin_s]
        for part in self.parts[1:]:
            origins_s.append(part.start_s - ends_s[-1])
            ends_s.append(part.end_s - origins_s[-1])
        shifts = {
            index: [(first, Fraction(origin_s - origins_s[part])) for first, part in track.firsts]
            for index, track in self._tracks.items()
        }
        return Timeline(ends_s[-1], tuple(ends_s[:-1]), _shifts=shifts)

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
                self.parts.append(_Part(position))
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
