"""Speech and videos for the tests, made of nothing but NumPy and PyAV."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from scipy.signal import lfilter

from tests.clips import SAMPLE_RATE, Sound

Samples = np.ndarray[Any, np.dtype[np.float32]]

VOWELS = [(730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480)]  # Hz


def voice(seconds: float, seed: int = 0, rate: int = 16_000) -> Samples:
    """Something that Silero VAD takes for speech: a buzz through formants, four syllables a second.

    [seconds * rate] float32.
    """
    rng = np.random.default_rng(seed)
    count = int(seconds * rate)
    time = np.arange(count) / rate
    pitch = 120 * (1 + 0.1 * np.sin(2 * np.pi * 2.3 * time))
    buzz = np.diff(np.floor(np.cumsum(pitch) / rate), prepend=0) + 0.02 * rng.normal(size=count)
    speech = np.zeros(count)
    syllable = rate // 4
    for begins in range(0, count, syllable):
        sound = buzz[begins : begins + syllable]
        for formant, width in zip(VOWELS[rng.integers(len(VOWELS))], (80, 100, 120), strict=True):
            radius = np.exp(-np.pi * width / rate)
            turn = 2 * np.cos(2 * np.pi * formant / rate)
            sound = lfilter([1 - radius], [1, -radius * turn, radius**2], sound)
        speech[begins : begins + syllable] = sound
    speech *= 0.5 - 0.45 * np.cos(2 * np.pi * 4 * time)
    return (0.3 * speech / np.abs(speech).max()).astype(np.float32)


def speech_at(spans: Sequence[tuple[float, float]], seconds: float, rate: int = 16_000) -> Samples:
    """Silence with speech in the given spans of seconds."""
    sound = np.zeros(int(seconds * rate), np.float32)
    for seed, (begins, ends) in enumerate(spans):
        said = voice(ends - begins, seed, rate)
        first = int(begins * rate)
        sound[first : first + len(said)] = said
    return sound


def saying(*spans: tuple[float, float], seconds: float = 60.0) -> Sound:
    """The same as a sound for `tests.clips.write_clip`, in seconds of the video."""
    sound = speech_at(spans, seconds, SAMPLE_RATE)
    return lambda times: sound[np.round(times * SAMPLE_RATE).astype(int)].astype(np.float64)


def write_sound(
    path: Path,
    *tracks: Samples,
    rate: int = 16_000,
    codec: str = "pcm_s16le",
    starts_s: Sequence[float] = (0.0, 0.0),
    without: tuple[float, float] = (0.0, 0.0),
    default_track: int | None = None,
) -> Path:
    """A file of sound tracks alone, and its path.

    Args:
        tracks: [n] mono float32 each, at `rate`.
        starts_s: time stamp of the first sample of each track.
        without: span of seconds that is left out; what follows keeps its time stamps.
        default_track: the one track marked as default.
    """
    with av.open(str(path), "w") as container:
        streams = [container.add_stream(codec, rate=rate, layout="mono") for _ in tracks]
        for number, stream in enumerate(streams):
            if default_track is not None:
                stream.disposition = Disposition(int(number == default_track))
        for number, (stream, samples) in enumerate(zip(streams, tracks, strict=True)):
            frames = _frames(samples, rate, starts_s[number], without)
            for frame in [*frames, None]:
                container.mux(stream.encode(frame))
    return path


def _frames(
    samples: Samples, rate: int, starts_s: float, without: tuple[float, float]
) -> Iterator[av.AudioFrame]:
    length = rate // 50
    for begins in range(0, len(samples), length):
        if without[0] <= begins / rate < without[1]:
            continue
        frame = av.AudioFrame.from_ndarray(samples[None, begins : begins + length], "flt", "mono")
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = begins + round(starts_s * rate)
        yield frame
