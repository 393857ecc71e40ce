"""Turns spoken by espeak-ng, where it is installed, in just the time that was planned for them."""

import io
import subprocess
import wave
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from jobs.synthesize.plan import Person, Turn
from jobs.synthesize.speech.voice import voice_of
from stages.faults import SetupError

Samples = npt.NDArray[np.float32]

ESPEAK = "espeak-ng"
_LONGEST_S = 30  # that one call may take
_SPEEDS = (80, 450)  # words a minute that it can do
_FIRST_SPEED = 175
_CALLS = 3
_NEAR = 0.02  # of the planned time, share of it: the rest is mended in the sound
_PADDED_S = 0.03
_SILENT = 0.01  # share of the peak below which a sample is not yet speech
_MEN, _WOMEN = ("m1", "m3", "m7"), ("f2", "f4", "f5")  # its variants that sound natural
_VARIANT_HZ = {"m": 110.0, "f": 195.0}  # about what they speak at, pitch 50
_PITCH_A_OCTAVE = 72.0  # measured on 1.51 with these variants


def speak_with_espeak(turn: Turn, person: Person, seconds: float, sample_rate: int) -> Samples:
    """Speak a turn in `seconds`, mono float32 of any level at `sample_rate` Hz.

    Its speed is corrected by what the turn took before; the small rest is padded at the end or
    resampled.

    Raises:
        SetupError: espeak-ng cannot be run, fails, hangs, or gives no sound.
    """
    speed, spoken = float(_FIRST_SPEED), np.zeros(0, np.float32)
    best_off = float("inf")
    for _ in range(_CALLS):
        tried, rate = _trimmed(*_run(_arguments(turn, person, round(speed))))
        lasted = tried.size / rate
        off = abs(lasted - seconds) / seconds
        if off < best_off:
            best_off, spoken = off, tried
        faster = float(np.clip(speed * lasted / seconds, *_SPEEDS))
        if off < _NEAR or round(faster) == round(speed):
            break
        speed = faster
    return _fitted(spoken, rate, round(seconds * sample_rate), sample_rate)


def _arguments(turn: Turn, person: Person, speed: int) -> list[str]:
    letter, variants = ("m", _MEN) if person.masculinity >= 0.5 else ("f", _WOMEN)
    variant = variants[person.identity % len(variants)]
    hertz = voice_of(person).pitch_hz * turn.delivery.pitch
    pitch = 50 + _PITCH_A_OCTAVE * np.log2(hertz / _VARIANT_HZ[letter])
    return [
        *(ESPEAK, "-z", "--stdout", "-v", f"en-us+{variant}", "-s", str(speed)),
        *("-p", str(round(float(np.clip(pitch, 0, 99)))), "--", turn.text),
    ]


def _run(arguments: list[str]) -> tuple[Samples, int]:
    """The sound that it speaks, and its rate in Hz."""
    try:
        done = subprocess.run(  # noqa: S603
            arguments, check=True, capture_output=True, timeout=_LONGEST_S
        )
        with wave.open(io.BytesIO(done.stdout)) as file:
            # The length in the header of a stream is not known: all that is there is read.
            raw = file.readframes(len(done.stdout))
            samples = np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
            return samples, file.getframerate()
    except subprocess.CalledProcessError as fault:
        said = fault.stderr.decode(errors="replace").strip().splitlines()
        raise _refusal(said[-1] if said else f"exit status {fault.returncode}") from None
    except subprocess.TimeoutExpired:
        raise _refusal(f"it was not done after {_LONGEST_S} s") from None
    except (OSError, EOFError, wave.Error) as fault:
        raise _refusal(str(fault) or "it wrote no sound") from None


def _refusal(reason: str) -> SetupError:
    return SetupError(
        f"{ESPEAK}: it is on the path but does not speak ({reason}). Check with "
        f"`{ESPEAK} hello`, and install it again or take it off the path; without it, clips get "
        "the stand-in voice."
    )


def _trimmed(sound: Samples, rate: int) -> tuple[Samples, int]:
    """From the first sample that is heard to the last."""
    size = np.abs(sound)
    loud = np.flatnonzero(size > _SILENT * size.max(initial=0.0))
    if not loud.size:
        raise _refusal("it gives silence")
    return sound[loud[0] : loud[-1] + 1], rate


def _fitted(sound: Samples, rate: int, length: int, sample_rate: int) -> Samples:
    """The sound at `sample_rate`, `length` samples long."""
    from scipy.signal import resample_poly

    at_rate = Fraction(sample_rate, rate)
    missing = length - sound.size * at_rate
    if not 0 <= missing <= _PADDED_S * sample_rate:
        at_rate = Fraction(length, sound.size).limit_denominator(1000)
    fitted: Samples = resample_poly(sound, at_rate.numerator, at_rate.denominator)
    return np.pad(fitted, (0, max(length - fitted.size, 0)))[:length].astype(np.float32)
