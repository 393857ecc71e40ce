"""The stand-in voice keeps to what was planned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.synthesize.plan import Delivery, Span
from jobs.synthesize.speech.stand_in import Samples, stand_in
from jobs.synthesize.speech.voice import voice_of
from tests.jobs.synthesize.dialogues import person, turn

RATE = 24_000
SPAN = Span(1.0, 3.0)


def _spoken(text: str, masculinity: float = 0.5, pitch: float = 1.0, span: Span = SPAN) -> Samples:
    voice = voice_of(person(masculinity=masculinity))
    said = turn(text, delivery=Delivery(pitch=pitch))
    return stand_in(said, voice, span, RATE, np.random.default_rng(0))


def _pitch_hz(sound: Samples) -> float:
    """The pitch of a sound: the median of that of its louder moments, by autocorrelation."""
    moments = np.lib.stride_tricks.sliding_window_view(sound, RATE // 20)[:: RATE // 100]
    power = np.mean(np.square(moments), axis=1)
    loud = moments[power > np.median(power)] * np.hanning(moments.shape[1])
    spectra = np.fft.rfft(loud, 2 * loud.shape[1])
    lags = np.arange(RATE // 400, RATE // 70)
    likeness = np.fft.irfft(np.abs(spectra) ** 2)[:, lags]
    return float(np.median(RATE / lags[np.argmax(likeness, axis=1)]))


@pytest.mark.parametrize("masculinity", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("pitch", [0.85, 1.2])
def test_its_pitch_is_that_of_person_and_delivery(masculinity: float, pitch: float) -> None:
    wanted_hz = voice_of(person(masculinity=masculinity)).pitch_hz * pitch
    heard_hz = _pitch_hz(_spoken("Nobody told me you were coming.", masculinity, pitch))
    assert heard_hz == pytest.approx(wanted_hz, rel=0.15)


def test_a_question_rises_at_its_end() -> None:
    last = slice(-RATE // 4, None)
    asked, told = _spoken('"You are leaving?"')[last], _spoken('"You are leaving."')[last]
    assert _pitch_hz(asked) > 1.15 * _pitch_hz(told)


def test_it_pauses_where_the_text_does() -> None:
    sound = _spoken("No. No.")
    level = np.sqrt(np.mean(np.square(sound[: sound.size // 240 * 240].reshape(-1, 240)), axis=1))
    middle = level[len(level) // 3 : -len(level) // 3]
    assert middle.min() < 0.01 * level.max()


@settings(max_examples=15)
@given(st.text(max_size=40), st.floats(0, 5), st.floats(0.15, 2))
def test_it_fills_the_span_whatever_is_said(text: str, start_s: float, length_s: float) -> None:
    sound = _spoken(text, span=Span(start_s, start_s + length_s))
    assert abs(sound.size - length_s * RATE) <= 1
    assert np.isfinite(sound).all()
    assert sound.any()
