"""The pitch of speech, by DIO and StoneMask of the WORLD vocoder, believed where it is periodic.

DIO finds the fundamental among band-passed copies of the sound (Morise et al., "Fast and reliable
F0 estimation method based on the period extraction of vocal fold vibration of singing voice and
speech", AES 35, 2009), StoneMask refines it by instantaneous frequency. DIO also follows hum and
murmur, so a frame counts as voiced only where the sound repeats itself at that period.
"""

from typing import Any

import numpy as np

from stages.listening.sound import RATE, Samples

HOP = RATE // 100
"""Samples from one frame to the next, 10 ms."""

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
CONTEXT = RATE // 2
"""Samples on each side of a stretch without which its pitch is not what it is in the whole."""

_CHANNELS_IN_OCTAVE = 2.0  # of DIO's filters, its own default
_DECIMATION = 4  # DIO looks at 4 kHz, where all that it needs is, in a seventh of the time
# What the pitch may change by in 10 ms, share of it, and the two ways of DIO to find it may differ
# by: twice DIO's default, which gives up a third of what is voiced in films with music and noise.
_GLIDE = 0.2
_REPEATS = 0.5  # correlation of neighbouring periods: as Praat's default threshold of voicing, 0.45
_COMPARED = 256  # samples compared at least, 16 ms: a period of 62 Hz
_SHORTEST = RATE // 5  # samples that the filters need
_SILENCE = 1e-12

Track = np.ndarray[Any, np.dtype[np.float32]]


def pitch_of(samples: Samples) -> Track:
    """The pitch at each frame, Hz, NaN where it is not voiced.

    Args:
        samples: [n] mono at 16 kHz, finite.

    Returns:
        float32 [n // HOP + 1], frame i about sample i * HOP.
    """
    import pyworld

    count = len(samples) // HOP + 1
    sound = np.pad(samples.astype(np.float64), (0, max(_SHORTEST - len(samples), 0)))
    if not np.any(np.square(sound) > _SILENCE):
        return np.full(count, np.nan, np.float32)
    rough, times_s = pyworld.dio(
        sound,
        RATE,
        f0_floor=LOWEST_HZ,
        f0_ceil=HIGHEST_HZ,
        channels_in_octave=_CHANNELS_IN_OCTAVE,
        frame_period=1000 * HOP / RATE,
        speed=_DECIMATION,
        allowed_range=_GLIDE,
    )
    pitch = pyworld.stonemask(sound, rough, times_s, RATE)[:count]
    within = (pitch >= LOWEST_HZ) & (pitch <= HIGHEST_HZ)
    voiced = np.flatnonzero(within)
    believed = voiced[_repeats(sound, voiced * HOP, pitch[voiced])]
    track = np.full(count, np.nan, np.float32)
    track[believed] = pitch[believed]
    return track


def _repeats(sound: Any, places: Any, pitch: Any) -> Any:
    """Whether the sound [n] is alike one period apart about each place: bool [m]."""
    lags = np.round(RATE / pitch).astype(int)
    reach = _COMPARED + int(RATE / LOWEST_HZ) + 1
    padded = np.pad(sound, reach)
    first = places + reach - (_COMPARED + lags) // 2
    offsets = np.arange(_COMPARED)
    one = padded[first[:, None] + offsets]
    other = padded[(first + lags)[:, None] + offsets]
    one = one - one.mean(axis=1, keepdims=True)
    other = other - other.mean(axis=1, keepdims=True)
    scale = np.sqrt(np.sum(one**2, axis=1) * np.sum(other**2, axis=1)) + _SILENCE
    return np.sum(one * other, axis=1) > _REPEATS * scale
