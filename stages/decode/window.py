"""One pass over one window: what the `decode` stage does to a row, on an open file."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stages.decode.clock import PictureClock, picture_clock, prepare_codec
from stages.decode.config import DecodeConfig
from stages.decode.pictures import AnalysisPainter, GlobalPainter
from stages.decode.reader import FrameReader, TimedFrame
from stages.decode.sampling import (
    DisplayGrid,
    RateLimit,
    most_analysis_frames,
    times_on_display,
)
from stages.decode.sound import has_sound
from stages.faults import DataFault, ErrorKind
from stages.media import video_stream

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_MISSING_S = 0.5  # a picture that ends this much before the window is worth a warning
_SAME_S = 1e-3  # times this close are the same
_MIB = 1024 * 1024


@dataclass(frozen=True)
class DecodedWindow:
    """The pictures of a window. Times are seconds on the presentation timeline."""

    frames: NDArray[np.uint8]  # [T, S, S, 3] RGB
    frame_times_s: list[float]  # [T]
    analysis_frames: NDArray[np.uint8]  # [J, H * 3 / 2, W] planar YUV 4:2:0, BT.601, limited
    analysis_times_s: list[float]  # [J]
    warnings: list[str]
    clock: PictureClock  # of the file: what it took to find out serves its other windows


def decode_window(
    container: "InputContainer",
    start_s: float,
    end_s: float,
    config: DecodeConfig,
    declared_s: float | None = None,
    *,
    clock: PictureClock | None = None,
) -> DecodedWindow:
    """Decode [start_s, end_s) of an open file, every frame once.

    `declared_s` is how long the file says it lasts; with it, a picture that ends sooner or goes
    on is told of in `warnings`. `clock` is that of another window of the file.

    Analysis frames are those whose time stamp lies in the window (at most 30 a second), so that
    neighbouring windows share none and lose none. Global frames are those on display at
    `config.max_frames` evenly spread times. A picture that was put on display before the window
    and stays into it counts from `start_s` on. One that stays for long is an analysis frame again
    and again (see `stages.decode.sampling.times_on_display`), so that a slow or frozen video has
    as many as what follows faces needs.

    Raises:
        DataFault: NO_VIDEO; NO_FRAMES, also where all that is on display is the last picture of
            the file, or the first of a later time, and there is no sound; TOO_LARGE by
            `config.max_pixels` (judged before anything is decoded, and again on each frame) or by
            `config.max_analysis_mib`.
    """
    stream = video_stream(container)
    if stream is None:
        raise DataFault(ErrorKind.NO_VIDEO, "the file has no video stream")
    _refuse_undecodable(stream, config)
    prepare_codec(stream, threads=config.threads, max_pixels=config.max_pixels)
    clock = clock or picture_clock(container, stream, declared_s)
    reader = FrameReader(container, stream, clock)
    canvas = _Canvas(start_s, end_s, config, reader.tick_s, _pixel_aspect(stream))
    shown_until_s = -math.inf
    for span in reader.frames(start_s):
        if span.start_s < end_s or canvas.blank:
            _refuse_large(span.frame.width, span.frame.height, config)
            canvas.take(span)
        shown_until_s = span.end_s
        if span.end_s >= end_s:
            break
    if canvas.blank:
        raise DataFault(ErrorKind.NO_FRAMES, _no_frames(reader))
    if canvas.borrows(shown_until_s, is_last=reader.finished) and not has_sound(
        container, clock.timeline, start_s, end_s
    ):
        raise DataFault(ErrorKind.NO_FRAMES, _nothing_in(canvas))
    warnings = clock.timeline.warnings + _flaws(reader) + _gaps(canvas, shown_until_s, declared_s)
    if not reader.finished:
        warnings += _overruns(canvas, declared_s)
    return canvas.decoded(warnings, clock)


class _Canvas:
    """The arrays of a window while it is being decoded."""

    def __init__(
        self, start_s: float, end_s: float, config: DecodeConfig, tick_s: float, pixel_aspect: float
    ) -> None:
        self.start_s, self.end_s = start_s, end_s
        self.first_s = math.inf  # when the first picture that was taken came on display
        self._config = config
        self._pixel_aspect = pixel_aspect
        self._grid = DisplayGrid(start_s, end_s, config.max_frames, tick_s)
        self._rate = RateLimit()
        self._global = GlobalPainter(config.image_size)
        size = config.image_size
        self._frames = np.empty((config.max_frames, size, size, 3), np.uint8)
        self._frame_times_s: list[float] = []
        self._analysis: AnalysisPainter | None = None
        self._analysis_frames = np.empty((0, 0, 0), np.uint8)
        self._analysis_times_s: list[float] = []
        self._latest: VideoFrame | None = None
        self._latest_s = math.inf  # when it came on display

    @property
    def blank(self) -> bool:
        """Whether no picture has been taken yet."""
        return self._latest is None

    def borrows(self, shown_until_s: float, *, is_last: bool) -> bool:
        """Whether all there is to see is the picture of another time: one that the file has not
        begun with yet, or the last one, which stays.

        Args:
            shown_until_s: when the picture that was taken last leaves the display.
            is_last: whether none follows.
        """
        is_over = shown_until_s <= self.start_s or (is_last and self._latest_s < self.start_s)
        return is_over or self.first_s >= self.end_s

    def take(self, span: TimedFrame) -> None:
        """Take what the window needs of the next picture on display."""
        self.first_s = min(self.first_s, span.start_s)
        inside = self.start_s <= span.start_s < self.end_s
        if self._grid.takes(span.end_s):
            self._take_global(span.frame, span.start_s if inside else self.start_s)
        for time_s in times_on_display(span.start_s, span.end_s):
            if self.start_s <= time_s < self.end_s and self._rate.takes(time_s):
                self._take_analysis(span.frame, time_s)
        self._latest, self._latest_s = span.frame, span.start_s

    def decoded(self, warnings: list[str], clock: PictureClock) -> DecodedWindow:
        """What was taken; where that is nothing, the one picture there is, from the start on."""
        assert self._latest is not None  # noqa: S101 - the caller has looked at `blank`
        if not self._frame_times_s:
            self._take_global(self._latest, self.start_s)
        if not self._analysis_times_s:
            self._take_analysis(self._latest, self.start_s)
        return DecodedWindow(
            frames=self._frames[: len(self._frame_times_s)],
            frame_times_s=self._frame_times_s,
            analysis_frames=self._analysis_frames[: len(self._analysis_times_s)],
            analysis_times_s=self._analysis_times_s,
            warnings=warnings,
            clock=clock,
        )

    def _take_global(self, frame: "VideoFrame", time_s: float) -> None:
        self._global.paint(frame, self._frames[len(self._frame_times_s)])
        self._frame_times_s.append(time_s)

    def _take_analysis(self, frame: "VideoFrame", time_s: float) -> None:
        if self._analysis is None:
            side = self._config.analysis_short_side
            self._analysis = AnalysisPainter(frame, self._pixel_aspect, side)
            self._analysis_frames = self._room(self._analysis.shape)
        self._analysis.paint(frame, self._analysis_frames[len(self._analysis_times_s)])
        self._analysis_times_s.append(time_s)

    def _room(self, shape: tuple[int, int]) -> NDArray[np.uint8]:
        """Room for as many frames as may come; the system backs only what is written to."""
        count = most_analysis_frames(self.start_s, self.end_s)
        needed_mib = math.ceil(count * math.prod(shape) / _MIB)
        if needed_mib > self._config.max_analysis_mib:
            raise DataFault(
                ErrorKind.TOO_LARGE,
                f"a window of {self.end_s - self.start_s:.0f} s may need {needed_mib} MiB of "
                f"analysis frames, more than decode.max_analysis_mib "
                f"({self._config.max_analysis_mib}). Lower segment.max_window_s or "
                "decode.analysis_short_side, or raise the limit.",
            )
        return np.empty((count, *shape), np.uint8)


def _refuse_undecodable(stream: "VideoStream", config: DecodeConfig) -> None:
    codec: VideoCodecContext | None = stream.codec_context
    if codec is None:
        raise DataFault(
            ErrorKind.NO_FRAMES,
            "there is no decoder for its video. Convert the file to H.264 first.",
        )
    _refuse_large(codec.width, codec.height, config)


def _refuse_large(width: int, height: int, config: DecodeConfig) -> None:
    if width * height > config.max_pixels:
        raise DataFault(
            ErrorKind.TOO_LARGE,
            f"its picture has {width} x {height} pixels, more than decode.max_pixels "
            f"({config.max_pixels}). Scale the video down first, or raise the limit.",
        )


def _pixel_aspect(stream: "VideoStream") -> float:
    """Of the container where it says something, else of the codec."""
    return float(stream.sample_aspect_ratio or 1)


def _no_frames(reader: FrameReader) -> str:
    return (
        "no frame of its video can be decoded "
        f"({reader.broken_packets} broken packets, {reader.damaged_frames} damaged frames). "
        "Check whether it plays; if it does, convert it to H.264 at a common size first."
    )


def _nothing_in(canvas: _Canvas) -> str:
    return (
        f"from {canvas.start_s:.2f} to {canvas.end_s:.2f} s it holds neither a picture nor sound; "
        "it may be cut off, or declare a duration that is not true. Remux it"
    )


def _flaws(reader: FrameReader) -> list[str]:
    """What the reader had to leave out, in words."""
    counted = (
        (reader.broken_packets, "broken video packet", "skipped"),
        (reader.damaged_frames, "damaged video frame", "left out"),
        (reader.misplaced_frames, "video frame with a time stamp out of order", "left out"),
    )
    return [
        f"{count} {what if count == 1 else _plural(what)} {'was' if count == 1 else 'were'} {fate}"
        for count, what, fate in counted
        if count
    ]


def _plural(what: str) -> str:
    return what.replace("packet", "packets").replace("frame", "frames")


def _gaps(canvas: _Canvas, shown_until_s: float, declared_s: float | None) -> list[str]:
    """Where the window has no picture of its own, in words."""
    if canvas.first_s >= canvas.end_s:
        return [
            f"the picture starts only at {canvas.first_s:.2f} s; its first frame stands for this "
            "window"
        ]
    if shown_until_s >= canvas.end_s - _MISSING_S and shown_until_s > canvas.start_s:
        return []
    declared = "" if declared_s is None else f", the file declares {declared_s:.2f} s"
    rest = "; its last frame stands for this window" if shown_until_s <= canvas.start_s else ""
    return [f"the picture ends at {shown_until_s:.2f} s{declared}{rest}"]


def _overruns(canvas: _Canvas, declared_s: float | None) -> list[str]:
    """Whether frames follow on a window that reaches the declared end, in words."""
    if declared_s is None or canvas.end_s < declared_s - _SAME_S:
        return []
    return [
        f"the picture goes on after {declared_s:.2f} s, which the file declares as its end; what "
        "follows was not looked at. Remux the file to correct its duration"
    ]
