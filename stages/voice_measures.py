"""What is said of a voice, reckoned from its curves alone.

So an utterance that is cut, or joined with its neighbour, is measured anew from its own part of
the curves, by whichever stage cuts it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

CURVE_HZ = 25
"""Samples a second of the curves."""

Curve = np.ndarray[Any, np.dtype[np.floating[Any]]]
Voice = dict[str, Any]

BELOW_PEAK_DB = 25.0  # de Jong & Wempe (2009), Behavior Research Methods 41: fainter is a pause
FAINTEST_SPEECH_DB = -60.0  # of full scale: the noise of a quiet room in a good recording
SHORTEST_PAUSE = 6  # samples, 0.24 s: a stop before a consonant is shorter (Goldman-Eisler 1968)
FEWEST_VOICED = 3  # samples, 0.12 s: less is no pitch to speak of
FEWEST_FOR_RANGE = 10  # samples, 0.4 s: of fewer, a tenth is no sample
SHORTEST_SPEECH = 20  # samples, 0.8 s: a word or two, which are drawn out at the end, have no pace
LEAST_VOICED = 0.4  # share of the time: plain speech has 0.5 to 0.8, what noise drowns has less
DIP_DB = 2.0  # between two syllables, as de Jong & Wempe

_MEASURED = (
    "pitch_hz",
    "pitch_low_hz",
    "pitch_high_hz",
    "loudness_db",
    "pace",
    "pauses",
    "pause_share",
    "voiced_share",
)


def measured(loudness_db: Curve, pitch_hz: Curve) -> Voice:
    """The fields of `stages.rows.VOICE` but `relative` and `words`.

    Speech is what is less than `BELOW_PEAK_DB` fainter than the 95th percentile of the loudness
    and louder than `FAINTEST_SPEECH_DB`. Its time is that from its first sample to its last, so
    that silence around it does not count, however generous the times of a transcript are. Pauses
    are stretches of that time of 0.24 s or more without speech. `loudness_db` is the RMS over all
    samples that are speech. Pace is the number of syllables, voiced peaks of the loudness with dips
    of `DIP_DB` between them (de Jong & Wempe), a second of the time that is not pauses. It is None
    where less than `LEAST_VOICED` of that time is voiced, as in a whisper or under loud music:
    there syllables are missed. Without speech every measure is None.

    Args:
        loudness_db: [n] at `CURVE_HZ`, dB of full scale, NaN where nothing is known.
        pitch_hz: [n], Hz, NaN where it is not voiced.
    """
    voice: Voice = dict.fromkeys(_MEASURED)
    speech = is_speech(loudness_db)
    pitch = np.where(speech, pitch_hz, np.nan)
    voice["loudness_curve_db"] = _plain(loudness_db)
    voice["pitch_curve_hz"] = _plain(pitch)
    if not speech.any():
        return voice
    first, last = np.flatnonzero(speech)[[0, -1]]
    inside = slice(first, last + 1)
    known = np.isfinite(loudness_db[inside])
    time = int(known.sum())
    silent = known & ~speech[inside]
    pauses = [length for length in _lengths(silent) if length >= SHORTEST_PAUSE]
    spoken = time - sum(pauses)
    voiced = pitch[np.isfinite(pitch)]
    voice["loudness_db"] = float(10 * np.log10(np.mean(10 ** (loudness_db[speech] / 10))))
    voice["pauses"] = len(pauses)
    voice["pause_share"] = float(sum(pauses) / time)
    voice["voiced_share"] = float(len(voiced) / time)
    if spoken >= SHORTEST_SPEECH and len(voiced) >= LEAST_VOICED * spoken:
        onsets = len(syllable_onsets(loudness_db[inside], np.isfinite(pitch[inside])))
        voice["pace"] = float(onsets * CURVE_HZ / spoken)
    if len(voiced) >= FEWEST_VOICED:
        voice["pitch_hz"] = float(np.median(voiced))
    if len(voiced) >= FEWEST_FOR_RANGE:
        low, high = np.percentile(voiced, [10, 90])
        voice |= {"pitch_low_hz": float(low), "pitch_high_hz": float(high)}
    return voice


def is_speech(loudness_db: Curve) -> Any:
    """Which samples are speech, bool [n]; see `measured`."""
    known = loudness_db[np.isfinite(loudness_db)]
    if not len(known):
        return np.zeros(len(loudness_db), bool)
    floor = max(float(np.percentile(known, 95)) - BELOW_PEAK_DB, FAINTEST_SPEECH_DB)
    return np.nan_to_num(loudness_db, nan=-np.inf) > floor


def syllable_onsets(loudness_db: Curve, voiced: Any) -> list[int]:
    """The samples at which the voice of a syllable is at its loudest, ascending; see `measured`."""
    peaks: list[int] = []
    peak, lowest = -1, np.inf  # of the syllable at hand, and the faintest since its peak
    for place, (loud, is_voiced) in enumerate(zip(loudness_db, voiced, strict=True)):
        lowest = min(lowest, loud)
        if not is_voiced:
            continue
        if peak >= 0 and min(loud, loudness_db[peak]) - lowest >= DIP_DB:
            peaks.append(peak)
            peak, lowest = place, loud
        elif peak < 0 or loud > loudness_db[peak]:
            peak, lowest = place, loud
    return [*peaks, peak] if peak >= 0 else peaks


def _lengths(silent: Any) -> list[int]:
    """Lengths of the stretches that are silent, in order."""
    edges = np.flatnonzero(np.diff(silent.astype(np.int8), prepend=0, append=0))
    return [int(end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _plain(curve: Curve) -> list[float | None]:
    """A curve as a row holds it: None where it is NaN."""
    return [None if value != value else value for value in np.round(curve, 2).tolist()]  # noqa: PLR0124


def curve(values: Sequence[float | None]) -> Curve:
    """A curve of a row as numbers, NaN where it is None."""
    return np.array([np.nan if value is None else value for value in values], float)
