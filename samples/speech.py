"""Speech for the samples: what is said, when, and how far the mouth opens for it."""

import io
import subprocess
import wave
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

Sound = npt.NDArray[np.float32]

SAMPLE_RATE = 48_000  # Hz, of the sound track
_ESPEAK_RATE = 22_050  # Hz, what every voice of espeak-ng speaks at
_HOP_S = 0.01
_SILENT = 0.01  # share of full scale below which a sample is not yet speech
_LEVEL = 0.1  # RMS of every utterance, share of full scale
_ROOM = 1e-4  # RMS of the room tone: no recording is digitally silent
_SEED = 20


@dataclass(frozen=True)
class Line:
    """One sentence and how it is spoken.

    `voice`, `words_a_minute` and `pitch` (0 to 99) are espeak-ng's; `pause_s` is the silence in
    seconds before the line.
    """

    text: str
    voice: str
    words_a_minute: int
    pitch: int
    pause_s: float
    speaker: str | None = None
    on_camera: bool = True


@dataclass(frozen=True)
class Spoken:
    """A line with its place, in seconds from the start of the clip."""

    line: Line
    start_s: float
    end_s: float


def speak(lines: tuple[Line, ...], tail_s: float) -> tuple[Sound, list[Spoken]]:
    """Speak `lines` one after the other.

    Returns:
        The mono sound at `SAMPLE_RATE`, in -1..1, ending `tail_s` seconds after the last line,
        and where in it each line begins and ends.

    Raises:
        OSError: espeak-ng is not installed.
        subprocess.CalledProcessError: espeak-ng does not know a voice.
    """
    pieces: list[Sound] = []
    spoken: list[Spoken] = []
    now = 0
    for line in lines:
        pause = np.zeros(round(line.pause_s * SAMPLE_RATE), np.float32)
        voice = _synthesize(line)
        pieces += [pause, voice]
        begin = now + pause.size
        now = begin + voice.size
        spoken.append(Spoken(line, begin / SAMPLE_RATE, now / SAMPLE_RATE))
    sound = np.concatenate([*pieces, np.zeros(round(tail_s * SAMPLE_RATE), np.float32)])
    room = np.random.default_rng(_SEED).normal(0, _ROOM, sound.size)
    return (sound + room).astype(np.float32), spoken


def mouth_opening(sound: Sound, spoken: list[Spoken], times_s: npt.NDArray[np.float64]) -> Sound:
    """How far the mouth is open, 0..1, at each of `times_s`: the envelope of on-camera speech."""
    hop = round(_HOP_S * SAMPLE_RATE)
    hops = sound[: sound.size // hop * hop].reshape(-1, hop)
    level = np.sqrt(np.mean(np.square(hops), axis=1))
    smooth = np.convolve(level, np.hanning(9) / np.hanning(9).sum(), mode="same")
    opening = np.clip(smooth / (1.8 * _LEVEL), 0, 1)
    centres = (np.arange(opening.size) + 0.5) * _HOP_S
    heard = np.zeros(opening.size, bool)
    for place in spoken:
        if place.line.on_camera:
            heard |= (centres >= place.start_s) & (centres < place.end_s)
    return np.interp(times_s, centres, np.where(heard, opening, 0)).astype(np.float32)


def _synthesize(line: Line) -> Sound:
    command = ["espeak-ng", "-z", "--stdout", "-v", line.voice]
    command += ["-s", str(line.words_a_minute), "-p", str(line.pitch), "--", line.text]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603
    with wave.open(io.BytesIO(spoken)) as file:
        # The length in the header of a stream is not known: all that is there is read.
        samples = np.frombuffer(file.readframes(len(spoken)), "<i2") / np.float32(32768)
    loud = np.flatnonzero(np.abs(samples) > _SILENT)
    samples = samples[loud[0] : loud[-1] + 1]
    sound: Sound = resample_poly(samples, SAMPLE_RATE // 150, _ESPEAK_RATE // 150)
    sound *= _LEVEL / np.sqrt(np.mean(np.square(sound)))
    return sound.astype(np.float32)
