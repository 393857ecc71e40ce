"""A voice made of little: pulses of the glottis, formants, and noise for consonants.

A source and a filter, after Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67
(1980), with few of its parameters. Its words can hardly be understood, but it begins and ends,
rises and falls as planned, and voice activity detection takes it for speech.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from jobs.synthesize.plan import Span, Turn
from jobs.synthesize.speech.source import pitch_contour, voice_source, voicing
from jobs.synthesize.speech.timing import TimedSyllable, timed_syllables
from jobs.synthesize.speech.voice import Voice

Samples = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]

_QUOTES = "\"'”’ "
_FADE_S = 0.02  # from one vowel to the next
_HIGH_FORMANTS_HZ = (3500.0, 4500.0)
_BANDWIDTHS_HZ = (70.0, 100.0, 140.0, 220.0, 300.0)
_MURMUR_HZ = (270.0, 1200.0, 2300.0)  # of voiced consonants
_HISS_HZ, _BURST_HZ = 4800.0, 2600.0
_HISS_LEVEL, _BURST_LEVEL = 0.25, 0.3  # RMS, of that of vowels


def stand_in(
    turn: Turn, voice: Voice, span: Span, sample_rate: int, rng: np.random.Generator
) -> Samples:
    """Speak a turn.

    Args:
        turn: whose text and pitch are heeded; pace is that of the span, loudness the track's.
        voice: of the speaker.
        span: when it is spoken.
        sample_rate: Hz.
        rng: for what is never the same twice.

    Returns:
        Mono float32, of any level, as long as the span.
    """
    from scipy.signal import sosfilt

    syllables = timed_syllables(turn.text, span)
    asks = turn.text.rstrip(_QUOTES).endswith("?")
    start_s = syllables[0].start_s
    times = np.arange(round((syllables[-1].end_s - start_s) * sample_rate)) / sample_rate + start_s
    mean_hz = voice.pitch_hz * turn.delivery.pitch
    pitch = pitch_contour(syllables, times, mean_hz, asks=asks)
    source = voice_source(pitch, sample_rate, voice, rng)
    source *= voicing(syllables, times)
    vowels = np.zeros(times.size)
    for first, last, formants_hz in _stretches(syllables, times, sample_rate):
        fade = round(_FADE_S * sample_rate)
        begin, end = max(first - fade, 0), min(last + fade, times.size)
        filters = _resonators([hertz * voice.formants for hertz in formants_hz], sample_rate)
        vowels[begin:end] += sosfilt(filters, source[begin:end]) * _window(
            first - begin, last - first, end - last, fade
        )
    vowels /= np.sqrt(np.mean(np.square(vowels))) + 1e-12
    return (vowels + _consonants(syllables, times, sample_rate, rng)).astype(np.float32)


def _stretches(
    syllables: Sequence[TimedSyllable], times: _Doubles, sample_rate: int
) -> list[tuple[int, int, tuple[float, ...]]]:
    """First and last sample and the formants of what follows one another without a gap."""
    start_s = syllables[0].start_s
    parts: list[tuple[float, tuple[float, ...]]] = []
    for one in syllables:
        if one.syllable.onset != "open":
            parts.append((one.start_s, (*_MURMUR_HZ, *_HIGH_FORMANTS_HZ)))
        parts.append((one.vowel_s, (*one.syllable.vowel.formants_hz, *_HIGH_FORMANTS_HZ)))
    begins = [round((at - start_s) * sample_rate) for at, _ in parts]
    ends = [*begins[1:], times.size]
    return [(a, b, formants) for a, b, (_, formants) in zip(begins, ends, parts, strict=True)]


def _resonators(formants_hz: Sequence[float], sample_rate: int) -> _Doubles:
    """Two-pole resonators one after the other, each of gain 1 at 0 Hz: [n, 6] for `sosfilt`."""
    sections = np.zeros((len(formants_hz), 6))
    for section, hertz, width in zip(sections, formants_hz, _BANDWIDTHS_HZ, strict=True):
        radius = np.exp(-np.pi * width / sample_rate)
        first, second = -2 * radius * np.cos(2 * np.pi * hertz / sample_rate), radius**2
        section[:] = (1 + first + second, 0, 0, 1, first, second)
    return sections


def _window(before: int, length: int, after: int, fade: int) -> _Doubles:
    """1 over `length` samples, with the part that there is of a fade on each side.

    The fades of neighbours sum to 1 around the border between them.
    """
    samples = np.arange(-before, length + after)
    rise = np.clip(0.5 + 0.5 * samples / fade, 0, 1) if before else np.ones(samples.size)
    fall = np.clip(0.5 - 0.5 * (samples - length) / fade, 0, 1) if after else 1.0
    return rise * fall


def _consonants(
    syllables: Sequence[TimedSyllable],
    times: _Doubles,
    sample_rate: int,
    rng: np.random.Generator,
) -> _Doubles:
    """The noise of fricatives and of stops that open."""
    from scipy.signal import sosfilt

    sound = np.zeros(times.size)
    for one in syllables:
        if one.syllable.onset in ("open", "soft"):
            continue
        hisses = one.syllable.onset == "hiss"
        length = round((one.vowel_s - one.start_s if hisses else 0.015) * sample_rate)
        end = round((one.vowel_s - times[0]) * sample_rate)
        begin = max(end - length, 0)
        noise = rng.standard_normal(length)
        radius = np.exp(-np.pi * 1800 / sample_rate)
        hertz = _HISS_HZ if hisses else _BURST_HZ
        middle = 2 * radius * np.cos(2 * np.pi * hertz / sample_rate)
        noise = sosfilt([[1, 0, -1, 1, -middle, radius**2]], noise) * np.hanning(length)
        noise *= (_HISS_LEVEL if hisses else _BURST_LEVEL) / (np.std(noise) + 1e-12)
        sound[begin:end] += noise[: end - begin]
    return sound
