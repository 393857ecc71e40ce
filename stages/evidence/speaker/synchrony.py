"""Whether a mouth opens when the voice is loud."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LAGS = range(-4, 5)  # samples, 40 ms each: sound and picture are seldom better aligned
SLOW = 21  # samples: what changes over more than 0.8 s is no speech
LEAST = 20  # samples that a correlation can be believed of


def synchrony(opening: Array, loudness_db: Array) -> float | None:
    """The correlation of the opening of a mouth with the amplitude of a voice, -1..1.

    The best within 0.16 s of each other, so that of a mouth that does not speak it is not 0 but
    about 0.25. None where there is too little to compare, or one of them never changes.

    Args:
        opening: [n] at 25 samples a second, any unit.
        loudness_db: [n] of the voice, dB.
    """
    if len(opening) < LEAST:
        return None
    mouth, voice = _fast(opening), _fast(10 ** ((loudness_db - loudness_db.max()) / 20))
    if mouth.std() < 1e-6 or voice.std() < 1e-6:
        return None
    return max(_correlation(mouth, voice, lag) for lag in LAGS)


def _fast(curve: Array) -> Array:
    """Without what changes slowly."""
    padded = np.pad(curve, SLOW // 2, mode="reflect")
    return np.asarray(curve - np.convolve(padded, np.full(SLOW, 1 / SLOW), "valid"))


def _correlation(mouth: Array, voice: Array, lag: int) -> float:
    """Of the mouth with the voice `lag` samples earlier."""
    later, earlier = max(lag, 0), max(-lag, 0)
    one, other = mouth[later : len(mouth) - earlier], voice[earlier : len(voice) - later]
    scale = one.std() * other.std()
    return float(((one - one.mean()) * (other - other.mean())).mean() / scale) if scale else 0.0
