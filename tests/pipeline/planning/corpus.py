"""A corpus of films that differ in length and in what is seen: pieces of the samples, joined."""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tests.clips import SAMPLE_RATE, Picture

SAMPLES = Path(__file__).parents[3] / "samples"
FPS = 25
Samples = NDArray[np.int16]
_BLOCK = 960  # samples of sound in a frame


class Film:
    """The pictures and the sound of one sample."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            frames = container.decode(container.streams.video[0])
            self.pictures = [frame.to_ndarray(format="rgb24") for frame in frames]
        resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
        with av.open(str(path)) as container:
            sounds = container.decode(container.streams.audio[0])
            parts = [part.to_ndarray()[0] for sound in sounds for part in resampler.resample(sound)]
        self.sound = np.concatenate(parts)

    def piece(self, first: int, count: int) -> tuple[list[Picture], Samples]:
        """Pictures from `first` on and the sound beside them."""
        return (
            self.pictures[first : first + count],
            self.sound[first * SAMPLE_RATE // FPS : (first + count) * SAMPLE_RATE // FPS],
        )


def write_corpus(folder: Path, count: int, seed: int = 0) -> list[Path]:
    """`count` films of about 2 to 40 s, each of one to five pieces of the samples."""
    draw = random.Random(seed)
    films = [Film(path) for path in sorted(SAMPLES.glob("*.mp4"))]
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / f"film{at:03}.mp4", films, draw) for at in range(count)]


def _write(path: Path, films: Sequence[Film], draw: random.Random) -> Path:
    height, width, _ = films[0].pictures[0].shape
    with av.open(str(path), "w") as out:
        video = cast(VideoStream, out.add_stream("libx264", rate=Fraction(FPS)))
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.options = {"preset": "ultrafast", "crf": "23"}
        sound = cast(AudioStream, out.add_stream("aac", rate=SAMPLE_RATE, layout="mono"))
        shown, heard = 0, 0
        for pictures, samples in _pieces(films, draw):
            for picture in pictures:
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = shown, Fraction(1, FPS)
                out.mux(video.encode(frame))
                shown += 1
            for first in range(0, len(samples), _BLOCK):
                block = av.AudioFrame.from_ndarray(
                    samples[None, first : first + _BLOCK], format="s16", layout="mono"
                )
                block.sample_rate, block.pts = SAMPLE_RATE, heard
                block.time_base = Fraction(1, SAMPLE_RATE)
                out.mux(sound.encode(block))
                heard += block.samples
        out.mux(video.encode(None))
        out.mux(sound.encode(None))
    return path


def _pieces(films: Sequence[Film], draw: random.Random) -> Iterator[tuple[list[Picture], Samples]]:
    for _ in range(draw.randint(1, 5)):
        film = draw.choice(films)
        first = draw.randrange(len(film.pictures) // 2)
        yield film.piece(first, draw.randint(50, len(film.pictures)))
