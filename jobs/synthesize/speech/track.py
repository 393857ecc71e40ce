"""The sound track of a clip: every turn in its place, over the tone of a room."""

import shutil
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from jobs.synthesize.plan import Delivery, Dialogue, Span, Turn
from jobs.synthesize.speech.espeak import ESPEAK, speak_with_espeak
from jobs.synthesize.speech.stand_in import stand_in
from jobs.synthesize.speech.timing import speaker_of
from jobs.synthesize.speech.voice import voice_of

Samples = npt.NDArray[np.float32]
VoiceUsed = Literal["espeak-ng", "stand-in"]

SAMPLE_RATE = 24_000  # Hz
LEVEL = 0.1  # RMS of a turn of usual loudness, share of full scale
_LOUDEST, _KNEE = 0.98, 0.7  # where a peak must end, and from where on it is bent
_ROOM = 2e-4  # RMS of the room tone: no recording is digitally silent
_ROOM_POLE = 0.9  # it is dull


@dataclass(frozen=True)
class Sound:
    """A sound track.

    Attributes:
        samples: float32 [n], mono, within -1..1.
        sample_rate: Hz.
        voice: what spoke.
    """

    samples: Samples
    sample_rate: int
    voice: VoiceUsed


def voice_at_hand() -> VoiceUsed:
    """What `speak` speaks with: espeak-ng where it is installed, else the stand-in."""
    return "espeak-ng" if shutil.which(ESPEAK) else "stand-in"


def speak(
    dialogue: Dialogue,
    spans: tuple[Span, ...],
    duration_s: float,
    rng: np.random.Generator,
    voice: VoiceUsed | None = None,
) -> Sound:
    """Speak every turn of `dialogue` in its span.

    Args:
        dialogue: the turns.
        spans: of the turns, as `lay_out` gives them.
        duration_s: of the sound, seconds.
        rng: for the room, and for what a voice does not do twice in the same way.
        voice: what speaks; None: what is at hand.

    Raises:
        SetupError: espeak-ng cannot be run, or does not speak as it should.
    """
    voice = voice or voice_at_hand()
    sound = _room_tone(round(duration_s * SAMPLE_RATE), rng)
    for turn, span in zip(dialogue.turns, spans, strict=True):
        begin = round(span.start_s * SAMPLE_RATE)
        spoken = _spoken(dialogue, turn, span, voice, rng)[: sound.size - begin]
        sound[begin : begin + spoken.size] += levelled(spoken, turn.delivery)
    return Sound(_limited(sound), SAMPLE_RATE, voice)


def level_of(delivery: Delivery) -> float:
    """RMS of a turn, share of full scale."""
    return float(LEVEL * 10 ** (delivery.loudness_db / 20))


def levelled(spoken: Samples, delivery: Delivery) -> Samples:
    """`spoken` at the level of its delivery."""
    rms = float(np.sqrt(np.mean(np.square(spoken))))
    return spoken * np.float32(level_of(delivery) / max(rms, 1e-9))


def _spoken(
    dialogue: Dialogue, turn: Turn, span: Span, voice: VoiceUsed, rng: np.random.Generator
) -> Samples:
    person = speaker_of(dialogue, turn)
    if voice == "espeak-ng":
        return speak_with_espeak(turn, person, span.end_s - span.start_s, SAMPLE_RATE)
    return stand_in(turn, voice_of(person), span, SAMPLE_RATE, rng)


def _room_tone(length: int, rng: np.random.Generator) -> Samples:
    from scipy.signal import lfilter

    noise = rng.standard_normal(length, np.float32) * np.float32(_ROOM)
    gain = np.float32(np.sqrt(1 - _ROOM_POLE**2))
    tone: Samples = lfilter([gain], np.array([1, -_ROOM_POLE], np.float32), noise)
    return tone.astype(np.float32)


def _limited(sound: Samples) -> Samples:
    """The sound with its peaks bent below full scale."""
    size = np.abs(sound)
    room = _LOUDEST - _KNEE
    bent = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.where(size > _KNEE, np.copysign(bent, sound), sound).astype(np.float32)
