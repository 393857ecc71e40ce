"""Whether there is sound in a stretch of a file, found without decoding it."""

import math
from typing import TYPE_CHECKING

from stages.start import rewind, timeline_origin_s
from stages.timeline import Timeline

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_BEFORE_S = 1.0  # what a demuxer's seek may land too late by


def has_sound(
    container: "InputContainer", timeline: Timeline, start_s: float, end_s: float
) -> bool:
    """Whether a packet of its sound begins in [start_s, end_s) of an open file's timeline.

    Leaves it positioned anywhere.
    """
    from av.stream import Discard

    if not container.streams.audio:
        return False
    stream = container.streams.audio[0]
    stream.discard = Discard.default  # who looks for pictures lets sound go
    origin_s = timeline_origin_s(container)
    rewind(container)
    if not timeline.restarts_s:  # else packets are counted
        _seek(container, stream, start_s - _BEFORE_S + origin_s)
    for packet in timeline.packets(container, stream):
        if packet.pts is None:
            continue
        time_s = float(packet.pts * packet.time_base) - origin_s
        if time_s >= start_s:
            return time_s < end_s
    return False


def _seek(container: "InputContainer", stream: "AudioStream", place_s: float) -> None:
    """By its own packets: where pictures start later, a seek goes by those."""
    from av.error import FFmpegError

    offset = math.floor(place_s / (stream.time_base or 1))
    try:
        container.seek(max(offset, stream.start_time or 0), stream=stream)
    except FFmpegError:
        rewind(container)
