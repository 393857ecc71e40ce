import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.listening.sound import RATE
from stages.transcribe.prosody.hearing import FAINTEST_DB, Hearing
from stages.voice_measures import CURVE_HZ
from tests.stages.transcribe.making import speech_at, voice

SINE_DB = -3.01  # of one that just fits


def heard(sound: np.ndarray, piece: int = 3 * RATE, **more: object) -> Hearing:
    hearing = Hearing(**more)
    pieces = [sound[begin : begin + piece] for begin in range(0, len(sound), piece)]
    given_on = list(hearing.over(pieces))
    assert all(one is other for one, other in zip(pieces, given_on, strict=True))
    return hearing


def sine(hertz: float, seconds: float, level_db: float) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    size = 10 ** ((level_db - SINE_DB) / 20)
    return (size * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


@pytest.mark.parametrize("level_db", [-6.0, -20.0, -43.0])
def test_loudness_is_the_level_in_decibels_of_full_scale(level_db: float) -> None:
    loudness, _ = heard(sine(200, 2, level_db)).curves(0.5, 1.5)
    np.testing.assert_allclose(loudness, level_db, atol=0.1)
    assert loudness.shape == (CURVE_HZ,)


def test_what_happens_stands_at_its_time_in_the_curves() -> None:
    sound = np.concatenate([np.zeros(2 * RATE), sine(150, 1, -20), sine(300, 1, -30)])
    hearing = heard(sound.astype(np.float32))
    loudness, pitch = hearing.curves(1.5, 3.5)
    times = 1.5 + np.arange(len(loudness)) / CURVE_HZ
    assert np.all(loudness[times < 1.97] == FAINTEST_DB)
    np.testing.assert_allclose(loudness[(times > 2.03) & (times < 2.97)], -20, atol=0.2)
    np.testing.assert_allclose(loudness[times > 3.03], -30, atol=0.2)
    assert np.all(np.isnan(pitch[times < 1.95]))
    np.testing.assert_allclose(pitch[(times > 2.05) & (times < 2.95)], 150, rtol=0.01)
    np.testing.assert_allclose(pitch[times > 3.05], 300, rtol=0.01)


def test_the_curves_end_with_the_sound_and_are_empty_beyond_it() -> None:
    hearing = heard(sine(200, 2, -20))
    assert hearing.length_s == 2.0
    assert len(hearing.curves(1.0, 4.0)[0]) == pytest.approx(CURVE_HZ, abs=1)
    loudness, pitch = hearing.curves(3.0, 4.0)
    assert len(loudness) == len(pitch) == 0
    assert len(Hearing().curves(0.0, 1.0)[0]) == 0


def test_however_the_sound_is_cut_into_pieces_it_is_heard_alike() -> None:
    sound = voice(25.0)
    whole = heard(sound, len(sound)).curves(0, 25)
    for piece in (RATE // 3, 7 * RATE + 77):
        for one, other in zip(heard(sound, piece).curves(0, 25), whole, strict=True):
            same = np.isclose(one, other, rtol=0.01, equal_nan=True)
            assert same.mean() > 0.99


def test_pitch_is_sought_only_where_it_matters() -> None:
    sound = voice(45.0)
    hearing = heard(sound, spans=[(21.0, 22.0), (20.5, 23.0)])
    _, pitch = hearing.curves(0, 45)
    times = np.arange(len(pitch)) / CURVE_HZ
    within = (times >= 20.5) & (times <= 23)
    assert np.isfinite(pitch[within]).mean() > 0.5
    assert np.all(np.isnan(pitch[(times < 19.9) | (times > 30.1)]))
    np.testing.assert_array_equal(
        pitch[within], heard(sound).curves(0, 45)[1][within]
    )  # as where it is sought everywhere


@settings(max_examples=60, deadline=None)
@given(
    start_s=st.floats(0, 12).map(lambda seconds: round(seconds, 3)),
    length_s=st.floats(0.001, 12).map(lambda seconds: round(seconds, 3)),
)
def test_any_span_has_the_samples_that_fit_into_it(start_s: float, length_s: float) -> None:
    loudness, pitch = _LONG.curves(start_s, start_s + length_s)
    last_s = min(length_s, max(_LONG.length_s - start_s, 0))
    assert len(loudness) == len(pitch)
    assert abs(len(loudness) - last_s * CURVE_HZ) <= 1
    assert np.all(np.isfinite(loudness))


_LONG = heard(speech_at([(1.0, 4.0)], 10.0))
