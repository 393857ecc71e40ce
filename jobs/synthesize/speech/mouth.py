"""The movement of a speaker's lips, in step with what is heard."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.synthesize.plan import Dialogue, Person, Span
from jobs.synthesize.speech.timing import TimedSyllable, timed_syllables
from jobs.synthesize.speech.track import LEVEL, Sound, level_of

Curve = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]

_HOP_S = 0.005
_SMOOTHED = 9  # hops: lips do not follow what is faster
_WIDE_OPEN = 1.8  # RMS at which they are as open as the vowel lets them, in that of the turn
_CLOSED_S = 0.05  # how long lips stay closed for b, m, p
_TAPER_S = 0.02  # at both ends of a turn


@dataclass(frozen=True)
class Mouth:
    """What lips and jaw do for speech, each float32 [n], 0..1: how far they are open, rounded,
    spread, and pressed together."""

    opening: Curve
    rounding: Curve
    spreading: Curve
    pressing: Curve


def mouth_of(
    person: Person,
    dialogue: Dialogue,
    spans: tuple[Span, ...],
    sound: Sound,
    times_s: npt.NDArray[np.float64],
) -> Mouth:
    """The mouth of `person` at each of `times_s`; all zero where somebody else or nobody speaks.

    It opens with the level of the very sound; the vowels and closed lips are where they were
    planned.
    """
    curves = np.zeros((4, len(times_s)))
    for turn, span in zip(dialogue.turns, spans, strict=True):
        if turn.speaker != person.name:
            continue
        inside = (times_s > span.start_s) & (times_s < span.end_s)
        times = times_s[inside]
        reference = _WIDE_OPEN * float(np.sqrt(level_of(turn.delivery) * LEVEL))
        heard = np.clip(_level(sound, span, times) / reference, 0, 1)
        heard *= np.clip(np.minimum(times - span.start_s, span.end_s - times) / _TAPER_S, 0, 1)
        syllables = timed_syllables(turn.text, span)
        curves[:, inside] = _lips(syllables, times, heard)
    return Mouth(*curves.astype(np.float32))


def _level(sound: Sound, span: Span, times: _Doubles) -> _Doubles:
    """RMS of the sound around each of `times`, all within `span`."""
    hop = round(_HOP_S * sound.sample_rate)
    begin = max(round(span.start_s / _HOP_S) - _SMOOTHED, 0)
    end = round(span.end_s / _HOP_S) + _SMOOTHED
    samples = sound.samples[begin * hop : end * hop]
    power = np.mean(np.square(samples[: samples.size // hop * hop].reshape(-1, hop)), axis=1)
    weights = np.hanning(_SMOOTHED + 2)[1:-1]
    smooth = np.sqrt(np.convolve(power, weights / weights.sum(), mode="same"))
    return np.interp(times, (begin + np.arange(smooth.size) + 0.5) * _HOP_S, smooth)


def _lips(syllables: tuple[TimedSyllable, ...], times: _Doubles, heard: _Doubles) -> _Doubles:
    """Opening, rounding, spreading and pressing [4, n] for what is `heard` 0..1."""
    middles = [(one.start_s + one.end_s) / 2 for one in syllables]
    vowels = [one.syllable.vowel for one in syllables]
    pressing = _pressing(syllables, times)
    opening = heard * np.interp(times, middles, [0.4 + 0.6 * vowel.opening for vowel in vowels])
    opening *= 1 - 0.8 * pressing
    active = np.minimum(2 * heard, 1)
    rounding = active * np.interp(times, middles, [vowel.rounding for vowel in vowels])
    spreading = active * np.interp(times, middles, [vowel.spreading for vowel in vowels])
    return np.stack([opening, rounding, spreading, pressing])


def _pressing(syllables: tuple[TimedSyllable, ...], times: _Doubles) -> _Doubles:
    closures = [one.start_s + _CLOSED_S / 2 for one in syllables if one.syllable.onset == "lips"]
    closures += [one.end_s - _CLOSED_S / 2 for one in syllables if one.syllable.closes]
    pressing = np.zeros(times.size)
    for at_s in closures:
        pressing = np.maximum(pressing, np.clip(1.5 - 2 * np.abs(times - at_s) / _CLOSED_S, 0, 1))
    return pressing
