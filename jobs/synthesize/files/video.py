"""Clips: pictures and sound into MP4, each picture at its exact time."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobs.synthesize.files.whole import written_whole
from jobs.synthesize.speech.track import Sound

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Picture = npt.NDArray[np.uint8]
"""YUV 4:2:0, BT.601, limited range: uint8 [3/2 h, w], one plane after the other."""

_SMPTE170M = 6  # AVColorSpace: BT.601, as the product's analysis frames have it
_PICTURES_A_PIECE = 16  # of sound, so that both streams lie beside each other in the file
_CONTAINER = {"movflags": "+faststart", "fflags": "+bitexact"}


@dataclass(frozen=True)
class Quality:
    """How a clip is encoded: `crf` of x264 (0 lossless, 51 worst), its `preset`, and the bits a
    second of the sound."""

    crf: int = 21
    preset: str = "ultrafast"
    sound_bits: int = 64_000


def write_clip(
    path: Path,
    pictures: Iterable[Picture],
    fps: Fraction,
    sound: Sound,
    quality: Quality = Quality(),
) -> int:
    """Write a clip as H.264 (4:2:0, BT.601) and AAC; return how many pictures it has.

    Picture k is shown from exactly k / `fps` seconds on. The same arguments give the same bytes
    with the same encoders.

    Args:
        path: of the MP4; it is there whole or not at all.
        pictures: at least one, all of one size, h and w even.
        fps: pictures a second.
        sound: cut, or filled up with zeros, to the length of the pictures.
        quality: of both.

    Raises:
        ValueError: there is no picture, or its width or height is odd.
        SetupError: the file cannot be written.
    """
    import av

    rest = iter(pictures)
    first = next(rest, None)
    if first is None or first.shape[0] % 3 or first.shape[1] % 2:
        raise ValueError("a clip needs a picture, of even width and height")
    count = 0
    with (
        written_whole(path) as hidden,
        av.open(hidden, "w", format="mp4", options=_CONTAINER) as output,
    ):
        video = _video_stream(output, first, fps, quality)
        audio = _audio_stream(output, sound.sample_rate, quality)
        for count, picture in enumerate(chain([first], rest), 1):
            output.mux(video.encode(_video_frame(picture, count - 1, fps)))
            if count % _PICTURES_A_PIECE == 0:
                output.mux(audio.encode(_sound_frame(sound, count - _PICTURES_A_PIECE, count, fps)))
        if count % _PICTURES_A_PIECE:
            begun = count - count % _PICTURES_A_PIECE
            output.mux(audio.encode(_sound_frame(sound, begun, count, fps)))
        output.mux(video.encode(None))
        output.mux(audio.encode(None))
    return count


def _video_stream(
    output: "OutputContainer", first: Picture, fps: Fraction, quality: Quality
) -> "VideoStream":
    from av.codec.context import Flags
    from av.video.reformatter import ColorRange

    options = {"crf": str(quality.crf), "preset": quality.preset, "threads": "1"}
    stream = output.add_stream("libx264", rate=fps, options=options)
    stream.height, stream.width = first.shape[0] * 2 // 3, first.shape[1]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = 1 / fps
    stream.codec_context.colorspace = _SMPTE170M
    stream.codec_context.color_range = ColorRange.MPEG
    stream.codec_context.flags |= Flags.bitexact
    return stream


def _audio_stream(output: "OutputContainer", rate: int, quality: Quality) -> "AudioStream":
    from av.codec.context import Flags

    options = {"aac_coder": "fast"}
    stream = output.add_stream("aac", rate=rate, layout="mono", options=options)
    stream.bit_rate = quality.sound_bits
    stream.codec_context.flags |= Flags.bitexact
    return stream


def _video_frame(picture: Picture, number: int, fps: Fraction) -> "VideoFrame":
    from av import VideoFrame

    frame = VideoFrame.from_ndarray(picture, format="yuv420p")
    frame.pts, frame.time_base = number, 1 / fps
    return frame


def _sound_frame(sound: Sound, first: int, end: int, fps: Fraction) -> "AudioFrame":
    """The sound of the pictures from `first` up to `end`, with zeros where there is none."""
    from av import AudioFrame

    rate = sound.sample_rate
    begin, stop = round(first * rate / fps), round(end * rate / fps)
    piece = sound.samples[begin:stop]
    piece = np.pad(piece, (0, stop - begin - piece.size))
    frame = AudioFrame.from_ndarray(piece[None].astype(np.float32), "fltp", "mono")
    frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
    frame.pts = begin
    return frame
