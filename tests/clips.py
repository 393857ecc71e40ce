"""Real videos for the tests, written with PyAV: every picture can be told from every other.

`numbered(index)` draws a frame number that `number_of` reads back from what a decoder gives, so
that a test can say which frames it got and not only how many.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # [H, W, 3] RGB
Sound = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # seconds -> mono, -1..1

NUMBER_BITS = 12
SAMPLE_RATE = 48_000
_TICK = Fraction(1, 90_000)


def numbered(index: int, size: tuple[int, int] = (160, 96)) -> Picture:
    """A picture [H, W, 3] of `size` (width, height) with `index` as black and white bars."""
    width, height = size
    bits = (index >> np.arange(NUMBER_BITS)) & 1
    columns = bits[np.arange(width) * NUMBER_BITS // width]
    row = (40 + 170 * columns).astype(np.uint8)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_of(luma: NDArray[np.uint8]) -> int:
    """The index that `numbered` drew, from one plane [H, W] of any size."""
    middle = ((np.arange(NUMBER_BITS) + 0.5) * luma.shape[1] / NUMBER_BITS).astype(int)
    bits = luma[luma.shape[0] // 2, middle] > 125
    return int(np.sum(bits << np.arange(NUMBER_BITS)))


def regular(seconds: float, fps: float) -> list[float]:
    """Times of frames at a constant rate."""
    return [index / fps for index in range(round(seconds * fps))]


def tone(hertz: float = 440.0) -> Sound:
    """A steady tone."""
    return lambda times: 0.3 * np.sin(2 * np.pi * hertz * times)


def write_clip(
    path: Path,
    *,
    seconds: float = 2.0,
    fps: float = 25.0,
    size: tuple[int, int] = (160, 96),
    picture: Callable[[int, float], Picture] | None = None,
    times: Iterable[float] | None = None,
    offset_s: float = 0.0,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    container: str | None = None,
    container_options: dict[str, str] | None = None,
    keyframe_every: int = 25,
    b_frames: bool = True,
    rotation: int = 0,
    mirrored: bool = False,
    pixel_aspect: Fraction | None = None,
    colorspace: int | None = None,
    color_range: int | None = None,
    audio: Sound | None = None,
    audio_tracks: int = 1,
    audio_start_s: float = 0.0,
    audio_codec: str = "aac",
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write a video file and return its path.

    Args:
        picture: from a frame's index and time to its RGB picture; `numbered` by default.
        times: of the frames, for a variable rate; `regular(seconds, fps)` by default.
        offset_s: added to the time stamps of all streams.
        rotation: quarter turns in degrees counter-clockwise, as display matrix; the pictures
            are stored as given, so a player shows them turned. `mirrored` mirrors after it.
        colorspace, color_range: AVColorSpace and AVColorRange, applied and tagged.
        audio: what is heard, from `audio_start_s` on to `seconds`; None for no sound track.
    """
    matrix = 5 if colorspace == 6 else colorspace  # swscale's name for BT.601
    draw = picture or (lambda index, _: numbered(index, size))
    with av.open(str(path), "w", format=container, options=container_options or {}) as out:
        out.metadata.update(metadata or {})
        rate = Fraction(fps).limit_denominator(1001)
        video = cast(VideoStream, out.add_stream(codec, rate=rate))
        video.width, video.height, video.pix_fmt = *size, pix_fmt
        frame_clock = codec in {"mpeg4", "mpeg2video"} or path.suffix == ".avi"
        video.codec_context.time_base = Fraction(1, round(fps)) if frame_clock else _TICK
        video.codec_context.gop_size = keyframe_every
        video.codec_context.options = _encoder_options(codec, b_frames) | (options or {})
        if colorspace is not None:
            video.codec_context.colorspace = colorspace
        if color_range is not None:
            video.codec_context.color_range = color_range
        if pixel_aspect is not None:
            video.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation or mirrored:
            video.set_display_rotation(rotation, hflip=mirrored)
        sounds = [
            cast(AudioStream, out.add_stream(audio_codec, rate=SAMPLE_RATE, layout="mono"))
            for _ in range(audio_tracks if audio else 0)
        ]
        stamps = list(regular(seconds, fps) if times is None else times)
        for index, time_s in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(draw(index, time_s), format="rgb24").reformat(
                format=pix_fmt, dst_colorspace=matrix, dst_color_range=color_range
            )
            base = video.codec_context.time_base
            frame.pts, frame.time_base = round((time_s + offset_s) / base), base
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for sound in sounds:
            _write_sound(
                out, sound, audio or tone(), start_s=audio_start_s, end_s=seconds, offset_s=offset_s
            )
    return path


def _encoder_options(codec: str, b_frames: bool) -> dict[str, str]:
    """Fast settings; pictures stay sharp enough to be told apart."""
    if codec == "libx264":
        return {"preset": "ultrafast", "crf": "12", "bf": "3" if b_frames else "0"}
    if codec == "libx265":
        return {"preset": "ultrafast", "crf": "12", "x265-params": "log-level=none"}
    if codec in {"libvpx", "libvpx-vp9"}:
        return {"deadline": "realtime", "cpu-used": "8", "crf": "10", "b": "2M"}
    if codec == "libsvtav1":
        return {"preset": "12", "crf": "20"}
    return {}


def _write_sound(
    out: OutputContainer,
    stream: AudioStream,
    sound: Sound,
    *,
    start_s: float,
    end_s: float,
    offset_s: float,
) -> None:
    times = np.arange(round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE)) / SAMPLE_RATE
    samples = (sound(times) * 32767).astype(np.int16)
    size = 960
    for first in range(0, len(samples), size):
        frame = av.AudioFrame.from_ndarray(
            samples[None, first : first + size], format="s16", layout="mono"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = first + round((start_s + offset_s) * SAMPLE_RATE)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))
