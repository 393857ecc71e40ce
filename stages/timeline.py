"""The presentation timeline of a file: how long it is, and where its clock begins again.

Recordings that were appended to one another (cameras and receivers write MPEG-TS so, browsers
WebM) begin their clock again in the middle of the file. Where the file can be read from any byte,
each such part follows on the end of the one before it, for pictures and sound alike; else only the
first is looked at, and `Timeline.warnings` says so.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar, cast

from stages.appended import appended_at
from stages.start import MICROSECONDS, UNINDEXED, formats_of, timeline_origin_s
from stages.survey import Survey

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

_S = TypeVar("_S", bound="Stream")

# Their duration comes from the index that the packets are read by.
_INDEXED = frozenset({"mov", "wav", "w64", "mp3", "flac"})
_SAME_S = 1e-3
_TAIL_S = 5.0  # before the declared end: FLV without an index finds nothing at the very end


@dataclass(frozen=True)
class Timeline:
    """How long a file lasts, and the parts of it whose clocks begin again.

    Attributes:
        duration_s: seconds; 0 when nothing tells.
        restarts_s: where each part but the first begins, seconds on the timeline.
        declared_s: what the file says, where it ends sooner than that; else None.
        unread_from_s: where the timeline ends although the file goes on; None where it does not.
        _unread_at: the byte of it; packets from there on are dropped.
        _shifts: by stream, from which packet on how many seconds are added to its stamps.
    """

    duration_s: float
    restarts_s: tuple[float, ...] = ()
    declared_s: float | None = None
    unread_from_s: float | None = None
    _unread_at: float = math.inf  # byte
    _shifts: dict[int, list[tuple[int, Fraction]]] = field(default_factory=dict)

    @property
    def warnings(self) -> list[str]:
        """What a reader of the row should know of it."""
        return [*self._ends(), *self._goes_on()]

    def _ends(self) -> list[str]:
        if self.declared_s is None:
            return []
        return [
            f"The file says that it lasts {self.declared_s:.2f} s, and ends after "
            f"{self.duration_s:.2f} s; it may be cut off."
        ]

    def _goes_on(self) -> list[str]:
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
    declared_s, formats = declared_duration_s(container), formats_of(container)
    if formats & _INDEXED and declared_s is not None:
        is_joined = appended_at(container) is not None
        return Timeline(declared_s, unread_from_s=declared_s if is_joined else None)
    if formats & UNINDEXED:
        if known_s is not None and declared_s is not None and abs(known_s - declared_s) < _SAME_S:
            return Timeline(known_s)
        return _all_parts(container, video, declared_s)
    return _first_part(container, video, declared_s)


def _all_parts(
    container: "InputContainer", video: "VideoStream | None", declared_s: float | None
) -> Timeline:
    """The timeline of a file that can be read from any byte, and so again from its start."""
    survey = Survey(container)
    survey.read()
    if not survey.is_consistent:
        return Timeline(declared_s or survey.parts[0].length_s)
    if len(survey.parts) > 1:
        return _joined(survey, timeline_origin_s(container))
    return Timeline(survey.duration_s(video, declared_s))


def _joined(survey: Survey, origin_s: float) -> Timeline:
    """The parts that were surveyed, one after the other."""
    origins_s, ends_s = [origin_s], [survey.parts[0].end_s - origin_s]
    for part in survey.parts[1:]:
        origins_s.append(part.start_s - ends_s[-1])
        ends_s.append(part.end_s - origins_s[-1])
    shifts = {
        index: [(first, Fraction(origin_s - origins_s[part])) for first, part in firsts]
        for index, firsts in survey.firsts.items()
    }
    return Timeline(ends_s[-1], tuple(ends_s[:-1]), _shifts=shifts)


def _first_part(
    container: "InputContainer", video: "VideoStream | None", declared_s: float | None
) -> Timeline:
    """The timeline of a file whose demuxer finds what was appended once at most: its first part."""
    appended = appended_at(container)
    end_at = math.inf if appended is None else appended
    survey = Survey(container, end_at)
    if declared_s is not None and appended is not None:  # its tail cannot be read without the rest
        survey.parts[0].end_s = declared_s
    elif declared_s is None or not survey.read(from_s=declared_s - _TAIL_S, one_part=True):
        survey.read(one_part=True)
    duration_s = survey.duration_s(video, declared_s)
    is_early = declared_s is not None and survey.ends_early(declared_s)
    goes_on = appended is not None or len(survey.parts) > 1 or survey.leaves_much_unread
    return Timeline(
        duration_s,
        declared_s=declared_s if is_early and not goes_on else None,
        unread_from_s=duration_s if goes_on else None,
        _unread_at=end_at,
    )


def declared_duration_s(container: "InputContainer") -> float | None:
    """How long an open file says that it lasts, seconds; None where it does not say."""
    if container.duration is not None and container.duration > 0:
        return container.duration / MICROSECONDS
    origin_s = timeline_origin_s(container)
    ends = [
        float(((stream.start_time or 0) + stream.duration) * stream.time_base) - origin_s
        for stream in container.streams
        if stream.duration and stream.time_base
    ]
    return max((end for end in ends if end > 0), default=None)
