"""Where the presentation of a file starts, and how to get back there.

Time is PTS times time base, less `timeline_origin_s`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MICROSECONDS = 1_000_000  # libavformat's own time base
_LONG_BEFORE = 10 * MICROSECONDS

# Streams without an index, in which whatever was written last is the file's end. Their declared
# duration is read from both ends, which tells nothing of what lies between.
UNINDEXED = frozenset({"mpegts", "mpeg"})


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
    if formats_of(container) & UNINDEXED:  # by time one may land in any part
        attempts = (attempts[2], *attempts[:2])
    for offset, in_bytes in attempts:
        try:
            container.seek(offset, unsupported_byte_offset=in_bytes)
        except FFmpegError:
            continue
        return


def formats_of(container: "InputContainer") -> set[str]:
    """What libavformat calls the format of an open file: its name in all forms."""
    return set(container.format.name.split(","))


def mean_rate(stream: "VideoStream") -> float:
    """Frames a second; 0 when nothing tells."""
    return float(stream.average_rate or stream.guessed_rate or 0)
