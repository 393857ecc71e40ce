"""A window of a video as a small MP4 that every browser plays, its clock at 0 where it begins."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from stages.decode import FrameReader, picture_clock, prepare_codec
from stages.faults import DataFault, ErrorKind
from stages.media import MAX_PROBED_PIXELS, open_media, orientation, video_stream
from stages.start import timeline_origin_s

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_TICK = Fraction(1, 90_000)
_RATE = 48_000
_MOST_HEIGHT = 720
_KEY_EVERY = "12"  # frames: single ones are stepped through
_EARLIER_S = 1.0  # from where sound is read, so that its decoder has begun


def write_cut(uri: str, start_s: float, end_s: float, path: Path) -> None:
    """Write a window of a video to `path`, in H.264 and AAC.

    Args:
        uri: of the video.
        start_s: where it begins, seconds of the file.
        end_s: where it ends.
        path: of the new file.

    Raises:
        DataFault: the video cannot be read, or has no pictures then.
    """
    import av

    options = {"movflags": "faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as out:
        rate = Fraction(_rate(uri)).limit_denominator(1001)
        video = out.add_stream("libx264", rate=rate)
        sound = _sound_track(out, uri)
        count = 0
        for frame, time_s in _pictures(uri, start_s, end_s):
            if count == 0:
                _set_up(video, frame)
            picture = frame.reformat(width=video.width, height=video.height, format="yuv420p")
            picture.pts, picture.time_base = round((time_s - start_s) / _TICK), _TICK
            picture.pict_type = 0
            out.mux(video.encode(picture))
            count += 1
        if count == 0:
            raise DataFault(ErrorKind.NO_FRAMES, f"{uri}: has no pictures in this window.")
        out.mux(video.encode(None))
        if sound is not None:
            _write_sound(out, sound, uri, start_s, end_s)


def _rate(uri: str) -> float:
    with open_media(uri) as container:
        stream = video_stream(container)
        if stream is None:
            raise DataFault(ErrorKind.NO_VIDEO, f"{uri}: has no pictures to show.")
        return float(stream.average_rate or stream.guessed_rate or 25)


def _set_up(video: "VideoStream", frame: "VideoFrame") -> None:
    scale = min(1.0, _MOST_HEIGHT / min(frame.width, frame.height))
    video.width = max(2, round(frame.width * scale / 2) * 2)
    video.height = max(2, round(frame.height * scale / 2) * 2)
    video.pix_fmt = "yuv420p"
    video.codec_context.time_base = _TICK
    video.codec_context.options = {
        "preset": "veryfast", "crf": "20", "bf": "0", "g": _KEY_EVERY,
    }  # fmt: skip


def _pictures(uri: str, start_s: float, end_s: float) -> "Iterator[tuple[VideoFrame, float]]":
    """The upright frames on display in the window, each with the time at which it comes."""
    from av.video.frame import VideoFrame

    with open_media(uri) as container:
        stream = video_stream(container)
        if stream is None:
            return
        prepare_codec(stream, threads=2, max_pixels=MAX_PROBED_PIXELS)
        reader = FrameReader(container, stream, picture_clock(container, stream))
        for frame, from_s, _ in reader.frames(start_s):
            if from_s >= end_s:
                return
            turned = orientation(frame)
            if turned != type(turned)():
                upright = turned.upright(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
                frame = VideoFrame.from_ndarray(upright.copy(), format="rgb24")  # noqa: PLW2901
            yield frame, max(from_s, start_s)


def _sound_track(out: "OutputContainer", uri: str) -> "AudioStream | None":
    with open_media(uri) as container:
        if not container.streams.audio:
            return None
    return out.add_stream("aac", rate=_RATE, layout="stereo")


def _write_sound(
    out: "OutputContainer", sound: "AudioStream", uri: str, start_s: float, end_s: float
) -> None:
    from av.audio.fifo import AudioFifo

    fifo = AudioFifo()
    first = None
    for frame, time_s in _heard(uri, start_s, end_s):
        if first is None:
            first = max(0, round((time_s - start_s) * _RATE))
        frame.pts = None
        fifo.write(frame)
    written = first or 0
    size = 1024
    while fifo.samples:
        part = fifo.read(min(size, fifo.samples))
        if part is None:
            break
        part.pts, part.time_base = written, Fraction(1, _RATE)
        written += part.samples
        out.mux(sound.encode(part))
    out.mux(sound.encode(None))


def _heard(uri: str, start_s: float, end_s: float) -> "Iterator[tuple[AudioFrame, float]]":
    """Sound of the window in frames of 48 kHz stereo, each with the time at which it begins."""
    from av.audio.resampler import AudioResampler
    from av.error import FFmpegError

    with open_media(uri) as container:
        stream = container.streams.best("audio") or container.streams.audio[0]
        origin_s = timeline_origin_s(container)
        resampler = AudioResampler("fltp", "stereo", _RATE)
        with suppress(FFmpegError):
            container.seek(round((max(0.0, start_s - _EARLIER_S) + origin_s) * 1_000_000))
        with suppress(FFmpegError):  # what is broken is silent
            for frame in container.decode(cast("AudioStream", stream)):
                if frame.time is None:
                    continue
                time_s = frame.time - origin_s
                if time_s >= end_s:
                    return
                if time_s + frame.samples / frame.sample_rate <= start_s:
                    continue
                for part in resampler.resample(frame):
                    yield part, time_s
