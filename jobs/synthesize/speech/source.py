"""The source of the stand-in voice: what the glottis does, before throat and mouth shape it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from jobs.synthesize.speech.syllables import Onset
from jobs.synthesize.speech.timing import TimedSyllable
from jobs.synthesize.speech.voice import Voice

_Doubles = npt.NDArray[np.float64]

_WAVER_S = 0.005  # how fast the pitch of a voice wavers
_OPEN_PHASE, _CLOSING_PHASE = 0.4, 0.2  # of the glottis, share of a period
_EDGE_S = 0.01  # of a turn: so long a sound takes to come and go
_VOICED_ONSET: dict[Onset, float] = {
    "open": 0.8, "lips": 0.25, "stop": 0.05, "hiss": 0.05, "soft": 0.5,
}  # fmt: skip


def pitch_contour(
    syllables: Sequence[TimedSyllable], times: _Doubles, mean_hz: float, *, asks: bool
) -> _Doubles:
    """Hz at each of `times`: falls to the end, and rises on stress and where the turn `asks`."""
    way = (times - times[0]) / (times[-1] - times[0])
    contour: _Doubles = 1.04 - 0.2 * way
    middles = [(one.start_s + one.end_s) / 2 for one in syllables]
    contour += 0.14 * np.interp(times, middles, [one.syllable.stress for one in syllables])
    if asks:
        contour += 0.4 * np.clip((way - 0.75) / 0.25, 0, 1) ** 2
    contour *= mean_hz
    return contour


def voice_source(
    pitch_hz: _Doubles, sample_rate: int, voice: Voice, rng: np.random.Generator
) -> _Doubles:
    """A voice of steady loudness with the pitch of each sample, wavering, and breath in it."""
    hops = np.arange(0, pitch_hz.size + 1, round(_WAVER_S * sample_rate))
    waver = np.interp(np.arange(pitch_hz.size), hops, rng.standard_normal(hops.size))
    pulses = _glottis(np.cumsum(pitch_hz * (1 + voice.roughness * waver)) / sample_rate)
    return pulses + voice.breath * rng.standard_normal(pitch_hz.size)


def _glottis(periods: _Doubles) -> _Doubles:
    """The derivative of Rosenberg's flow of air through the glottis, at a place in its periods."""
    phase = periods % 1.0
    opening = np.sin(np.pi * phase / _OPEN_PHASE) * (phase < _OPEN_PHASE)
    closing = (phase - _OPEN_PHASE) / _CLOSING_PHASE
    is_closing = (closing >= 0) & (closing < 1)
    steeper = _OPEN_PHASE / _CLOSING_PHASE
    return opening - steeper * np.sin(np.pi / 2 * closing) * is_closing


def voicing(syllables: Sequence[TimedSyllable], times: _Doubles) -> _Doubles:
    """How loud the voice is at each of `times`: low in consonants, none in pauses."""
    places: list[float] = []
    levels: list[float] = []
    for one in syllables:
        length = one.end_s - one.start_s
        full_s = one.vowel_s
        loud = 0.85 + 0.3 * one.syllable.stress
        before = _VOICED_ONSET[one.syllable.onset]
        places += [one.start_s, one.start_s + _EDGE_S, full_s, full_s + 0.02]
        levels += [0.0 if one.syllable.onset == "open" else before, before, before, loud]
        places += [one.end_s - 0.25 * length, one.end_s - 0.012, one.end_s]
        levels += [loud, 0.4, 0.0 if one.syllable.pause_s else 0.3]
        if one.syllable.pause_s:
            places.append(one.end_s + one.syllable.pause_s * 0.3)
            levels.append(0.0)
    fade = np.minimum(np.minimum(times - times[0], times[-1] - times) / _EDGE_S, 1.0)
    level: _Doubles = np.interp(times, np.maximum.accumulate(places), levels) * fade
    return level
