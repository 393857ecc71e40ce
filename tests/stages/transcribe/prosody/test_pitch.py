from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import resample_poly

from jobs.synthesize.plan import Span
from jobs.synthesize.speech.source import pitch_contour
from jobs.synthesize.speech.stand_in import stand_in
from jobs.synthesize.speech.timing import timed_syllables
from jobs.synthesize.speech.voice import voice_of
from stages.listening.sound import RATE
from stages.transcribe.prosody.pitch import HIGHEST_HZ, HOP, LOWEST_HZ, pitch_of
from tests.jobs.synthesize.dialogues import person, turn
from tests.stages.transcribe.making import voice


def tone(hertz: float, seconds: float = 1.0, harmonics: int = 8) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * hertz * k * times + k) / k for k in range(1, harmonics + 1))
    return (0.1 * np.asarray(sound)).astype(np.float32)


@pytest.mark.parametrize("hertz", [65, 82, 110, 147, 196, 262, 349, 440])
@pytest.mark.parametrize("harmonics", [1, 8])
def test_the_pitch_of_a_tone_is_its_own_and_no_octave_of_it(hertz: float, harmonics: int) -> None:
    pitch = pitch_of(tone(hertz, harmonics=harmonics))[5:-5]  # at its edges there is half a tone
    np.testing.assert_allclose(pitch, hertz, rtol=0.01)


def test_the_pitch_of_a_voice_is_followed_as_it_glides() -> None:
    sound = voice(3.0)
    pitch = pitch_of(sound)
    true = 120 * (1 + 0.1 * np.sin(2 * np.pi * 2.3 * np.arange(len(pitch)) * HOP / RATE))
    voiced = np.isfinite(pitch)
    assert voiced.mean() > 0.7
    off = np.abs(pitch[voiced] / true[voiced] - 1)
    assert np.median(off) < 0.01
    assert np.mean(off > 0.2) < 0.02


@pytest.mark.parametrize(
    ("masculinity", "higher"), [(1.0, 0.8), (1.0, 1.4), (0.0, 1.0), (0.0, 1.5)]
)
def test_the_pitch_of_a_spoken_sentence_is_the_one_it_was_made_with(
    masculinity: float, higher: float
) -> None:
    rate, span = 48_000, Span(0.0, 2.5)
    delivery = replace(turn("").delivery, pitch=higher)
    spoken = turn("Put the receipts in the tin and the coins in the jar.", delivery=delivery)
    voice_of_person = voice_of(person(masculinity=masculinity))
    sound = stand_in(spoken, voice_of_person, span, rate, np.random.default_rng(0))
    syllables = timed_syllables(spoken.text, span)
    times = np.arange(len(sound)) / rate + syllables[0].start_s
    true = pitch_contour(syllables, times, voice_of_person.pitch_hz * higher, asks=False)
    pitch = pitch_of((0.05 * resample_poly(sound, RATE, rate)).astype(np.float32))
    true = true[:: HOP * rate // RATE][: len(pitch)]
    voiced = np.isfinite(pitch[: len(true)])
    assert voiced.mean() > 0.5
    off = np.abs(pitch[: len(true)][voiced] / true[voiced] - 1)
    assert np.mean(off > 0.03) < 0.05
    assert np.median(pitch[: len(true)][voiced]) == pytest.approx(np.median(true[voiced]), rel=0.01)


def test_a_voice_in_noise_a_hundredth_as_strong_keeps_its_octave() -> None:
    sound = voice(3.0)
    rng = np.random.default_rng(0)
    noise = rng.normal(0, np.sqrt(np.mean(sound**2) / 100), len(sound))
    pitch = pitch_of((sound + noise).astype(np.float32))
    voiced = pitch[np.isfinite(pitch)]
    assert len(voiced) > 0.4 * len(pitch)
    assert np.mean((voiced < 95) | (voiced > 145)) < 0.05


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.1])
def test_neither_silence_nor_noise_has_a_pitch(level: float) -> None:
    noise = np.random.default_rng(0).normal(0, level, 3 * RATE).astype(np.float32)
    assert np.isfinite(pitch_of(noise)).mean() < 0.02


@pytest.mark.parametrize("count", [0, 1, 159, 160, 1000, 4000])
def test_sound_of_any_length_has_a_frame_every_ten_milliseconds(count: int) -> None:
    pitch = pitch_of(tone(200)[:count])
    assert pitch.shape == (count // HOP + 1,)
    assert pitch.dtype == np.float32
    voiced = pitch[np.isfinite(pitch)]
    assert np.all((voiced >= LOWEST_HZ) & (voiced <= HIGHEST_HZ))
