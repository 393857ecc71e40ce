"""A clip in the making: H.264 and AAC in an mp4 that plays while it is fetched."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.export.media.pictures import Form
from pipeline.export.media.sound import Samples, SoundTrack

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_H264 = {
    "preset": "veryfast",
    "crf": "15",  # a movement of a brow is a few shades of a few pixels
    "bf": "0",  # so that pictures need no edit list to begin at 0
    "a53cc": "0",  # captions within pictures would say what is said
}
_BIT_RATE = 160_000  # of the sound
_FINEST = 1_000_000  # ticks a second that an mp4 may have
_USUAL_BASE = Fraction(1, 90_000)


@dataclass(frozen=True)
class Style:
    """What differs between clips to learn from and clips to look at.

    Attributes:
        most_lines: pixels of the short side, to which larger pictures are scaled; None: never.
        key_every: frames from one that can be sought to the next.
        begins_at_once: whether the clip begins where it is asked to, with the picture that is on
            display then, and not with the first that comes on display.
    """

    most_lines: int | None = None
    key_every: int = 30
    begins_at_once: bool = False


AS_FILMED = Style()


class ClipWriter:
    """Writes the pictures and the sound of one clip; both begin at 0."""

    def __init__(self, path: Path, style: Style = AS_FILMED) -> None:
        import av

        self._key_every = style.key_every
        self._out: OutputContainer = av.open(
            str(path), "w", format="mp4", options={"movflags": "+faststart"}
        )
        self._video: VideoStream | None = None
        self._audio: AudioStream | None = None
        self._base = _USUAL_BASE
        self._last: Packet[VideoStream] | None = None  # how long it stays comes with the end
        self._sound: Iterator[Samples] = iter(())
        self._heard = 0  # samples

    def __enter__(self) -> "ClipWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._out.close()

    def add_video(
        self, form: Form, base: Fraction, rate: Fraction, pixel_aspect: Fraction | None
    ) -> None:
        """Begin a track of pictures.

        Args:
            form: of its pictures.
            base: seconds, the unit of the time stamps of the source.
            rate: mean frames a second.
            pixel_aspect: width of a pixel over its height; None: nothing is said of it.
        """
        fits = base.numerator == 1 and base.denominator <= _FINEST
        self._base = base if fits else _USUAL_BASE
        stream = self._out.add_stream("libx264", rate=rate)
        codec = stream.codec_context
        stream.width, stream.height, stream.pix_fmt = form.width, form.height, "yuv420p"
        codec.time_base = self._base
        codec.gop_size = self._key_every
        codec.options = _H264
        codec.thread_count = 1
        codec.colorspace, codec.color_range = form.matrix, 1
        codec.color_primaries, codec.color_trc = form.primaries, form.transfer
        if pixel_aspect:
            codec.sample_aspect_ratio = pixel_aspect
        self._video = stream

    def add_sound(self, track: SoundTrack, samples: Iterator[Samples]) -> None:
        """Begin a track of sound; it is taken from `samples` as the pictures go on."""
        self._audio = self._out.add_stream("aac", rate=track.rate, layout=track.layout)
        self._audio.codec_context.bit_rate = _BIT_RATE
        self._sound = samples

    def show(self, frame: "VideoFrame", time_s: float) -> None:
        """Add a picture that comes on display at `time_s` of the clip."""
        assert self._video is not None  # noqa: S101 - whoever has pictures has begun their track
        frame.pts, frame.time_base = round(time_s / self._base), self._base
        frame.pict_type = 0  # the encoder decides, not what the source had
        self._mux(self._video.encode(frame))
        self._hear_until(time_s)

    def close(self, end_s: float) -> None:
        """End the clip.

        Args:
            end_s: how long it is; the last picture stays so long.
        """
        if self._video is not None:
            self._mux(self._video.encode(None))
            if self._last is not None:
                began = self._last.pts or 0
                self._last.duration = max(round(end_s / self._base) - began, 1)
                self._out.mux(self._last)
        self._hear_until(end_s + 1.0)
        if self._audio is not None:
            self._out.mux(self._audio.encode(None))

    def _mux(self, packets: "list[Packet[VideoStream]]") -> None:
        for packet in packets:
            if self._last is not None:
                self._out.mux(self._last)
            self._last = packet

    def _hear_until(self, time_s: float) -> None:
        from av import AudioFrame

        if self._audio is None:
            return
        rate = self._audio.codec_context.sample_rate
        while self._heard < time_s * rate:
            samples = next(self._sound, None)
            if samples is None:
                return
            layout = self._audio.codec_context.layout.name
            frame = AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = self._heard
            self._heard += samples.shape[1]
            self._out.mux(self._audio.encode(frame))
