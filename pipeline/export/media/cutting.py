"""A clip of a stretch of a source, exact to the frame, its sound in step."""

import math
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.export.media.clip import AS_FILMED, ClipWriter, Style
from pipeline.export.media.job import CutJob
from pipeline.export.media.pictures import Painter
from pipeline.export.media.sound import SoundTrack
from stages.decode import FrameReader, TimedFrame, picture_clock, prepare_codec
from stages.faults import DataFault, ErrorKind
from stages.media import MAX_PROBED_PIXELS, open_media, video_stream
from stages.start import rewind
from stages.timeline import timeline_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_SAME_S = 1e-6  # two ways to reckon one time differ by less
_LATE_S = (0.1, 0.25)  # a first picture that comes later than 1.5 frames, within these, is late


@dataclass(frozen=True)
class Cut:
    """A clip that was written.

    Attributes:
        begins_s: where its first moment stands in the source.
        fps: mean frames a second; 0 without pictures.
        has_audio: it has sound.
    """

    begins_s: float
    fps: float
    has_audio: bool


class Source:
    """A media file that several clips are cut of; opened once."""

    def __init__(self, uri: str, duration_s: float | None) -> None:
        """
        Args:
            uri: where it is.
            duration_s: as its rows say; None: it is found out.

        Raises:
            DataFault: nothing is there, or nothing that can be read.
        """
        self._uri = uri
        self._opened = ExitStack()
        try:
            self._pictures = self._opened.enter_context(open_media(uri))
            self._stream = video_stream(self._pictures)
            if self._stream is not None:
                _prepare(self._stream, uri)
                self._clock = picture_clock(self._pictures, self._stream, duration_s)
                timeline = self._clock.timeline
            else:
                timeline = timeline_of(self._pictures, None, duration_s)
            self._sound: SoundTrack | None = None
            if self._pictures.streams.audio:
                # By a way of its own: pictures and sound of a time may lie far apart in the file.
                other: InputContainer = self._opened.enter_context(open_media(uri))
                track = SoundTrack(other, timeline)
                self._sound = track if track.can_be_read else None
        except BaseException:
            self._opened.close()
            raise

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def cut(self, job: CutJob, path: Path, style: Style = AS_FILMED) -> Cut:
        """Write the clip of a job to a new file.

        It holds each picture that comes on display in `[start_s, end_s)`, and begins with the
        first. Where that one comes late, or `style` has it so, the one that stands at `start_s`
        goes before it, so that what is heard meanwhile is kept.

        Raises:
            DataFault: there is nothing of it in the source.
        """
        with ClipWriter(path, style) as clip:
            if self._stream is None or not job.has_video:
                return self._cut_sound(job, clip)
            reader = FrameReader(self._pictures, self._stream, self._clock)
            rewind(self._pictures)
            late_s = 0.0 if style.begins_at_once else _late_s(self._frame_s)
            begins_s, spans = _inside(reader.frames(job.start_s), job, late_s)
            first = next(spans, None)
            if first is None:
                raise DataFault(ErrorKind.NO_FRAMES, "the source has no picture at its time")
            painter = Painter(first.frame, job.covers, style.most_lines)
            clip.add_video(
                painter.form,
                self._stream.time_base or Fraction(1, 90_000),
                self._rate,
                _pixel_aspect(self._stream, painter),
            )
            self._add_sound(clip, begins_s, job.end_s)
            count, last_s, end_s = 0, 0.0, begins_s
            for span in chain([first], spans):
                last_s = max(span.start_s, begins_s)
                clip.show(painter.paint(span.frame, last_s), last_s - begins_s)
                end_s = min(span.end_s, job.end_s)
                count += 1
            clip.close(end_s - begins_s)
        fps = (count - 1) / (last_s - begins_s) if count > 1 else float(self._rate)
        return Cut(begins_s, round(fps, 3), self._sound is not None)

    def _cut_sound(self, job: CutJob, clip: ClipWriter) -> Cut:
        if self._sound is None:
            raise DataFault(ErrorKind.NO_FRAMES, "the source has neither picture nor sound")
        self._add_sound(clip, job.start_s, job.end_s)
        clip.close(job.end_s - job.start_s)
        return Cut(job.start_s, 0.0, True)

    def _add_sound(self, clip: ClipWriter, start_s: float, end_s: float) -> None:
        if self._sound is not None:
            clip.add_sound(self._sound, self._sound.samples(start_s, end_s))

    @property
    def _rate(self) -> Fraction:
        stream = self._stream
        rate = stream and (stream.average_rate or stream.guessed_rate)
        return Fraction(rate or 25).limit_denominator(1001)

    @property
    def _frame_s(self) -> float:
        return float(1 / self._rate)


def _prepare(stream: "VideoStream", uri: str) -> None:
    if stream.codec_context is None:
        raise DataFault(ErrorKind.NO_FRAMES, f"{uri}: there is no decoder for its video")
    prepare_codec(stream, threads=1, max_pixels=MAX_PROBED_PIXELS)


def _late_s(frame_s: float) -> float:
    return min(max(_LATE_S[0], 1.5 * frame_s), _LATE_S[1])


def _inside(
    spans: Iterable[TimedFrame], job: CutJob, late_s: float
) -> tuple[float, Iterator[TimedFrame]]:
    """Where a clip begins, and its pictures.

    Args:
        spans: from the one on display at the start of the job on.
        job: says what is taken.
        late_s: a first picture that comes by more after the start is late.
    """
    remaining = iter(spans)
    standing: list[TimedFrame] = []
    first: TimedFrame | None = None
    for span in remaining:
        if span.start_s >= job.start_s - _SAME_S:
            first = span
            break
        standing = [span] if span.end_s > job.start_s else []
    after_s = math.inf if first is None else min(first.start_s, job.end_s) - job.start_s
    following = iter(()) if first is None else chain([first], remaining)
    inside = _until(following, job.end_s)
    if first is not None and first.start_s < job.end_s and after_s <= max(late_s, _SAME_S):
        return first.start_s, inside
    if standing:
        return job.start_s, chain(standing, inside)
    if first is None or first.start_s >= job.end_s:
        return job.start_s, iter(())
    lead = next(inside)  # the picture begins later than the sound: it is shown from the start on
    return job.start_s, chain([TimedFrame(lead.frame, job.start_s, lead.end_s)], inside)


def _until(spans: Iterable[TimedFrame], end_s: float) -> Iterator[TimedFrame]:
    for span in spans:
        if span.start_s >= end_s - _SAME_S:
            return
        yield span


def _pixel_aspect(stream: "VideoStream", painter: Painter) -> Fraction | None:
    aspect = stream.sample_aspect_ratio
    if not aspect or aspect == 1:
        return None
    return 1 / aspect if painter.is_transposed else aspect
