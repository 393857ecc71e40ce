import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.voice_measures import CURVE_HZ, measured, syllable_onsets

NAN = np.nan


def curves(*parts: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Curves of parts that each last some seconds, with a loudness and a pitch."""
    counts = [round(seconds * CURVE_HZ) for seconds, _, _ in parts]
    return (
        np.repeat([loud for _, loud, _ in parts], counts).astype(float),
        np.repeat([hertz for _, _, hertz in parts], counts).astype(float),
    )


def test_loudness_is_that_of_the_speech_alone() -> None:
    voice = measured(*curves((1, -70, NAN), (1, -20, 100), (1, -50, NAN), (1, -20, 120)))
    assert voice["loudness_db"] == pytest.approx(-20)


def test_pitch_is_the_median_with_a_tenth_below_and_above() -> None:
    loudness = np.full(101, -20.0)
    voice = measured(loudness, np.linspace(100, 200, 101))
    assert (voice["pitch_low_hz"], voice["pitch_hz"], voice["pitch_high_hz"]) == (110, 150, 190)


def test_pauses_are_silences_inside_and_not_around() -> None:
    voice = measured(
        *curves((2, -80, NAN), (1, -20, 100), (0.4, -60, NAN), (0.6, -20, 100), (1, -80, NAN))
    )
    assert voice["pauses"] == 1
    assert voice["pause_share"] == pytest.approx(0.2)
    assert voice["voiced_share"] == pytest.approx(0.8)


def test_the_stop_before_a_consonant_is_no_pause() -> None:
    voice = measured(*curves((1, -20, 100), (0.16, -60, NAN), (1, -20, 100)))
    assert (voice["pauses"], voice["pause_share"]) == (0, 0)


@pytest.mark.parametrize("syllables_a_second", [2, 4, 6])
def test_pace_counts_syllables_by_the_second_without_pauses(syllables_a_second: int) -> None:
    times = np.arange(4 * CURVE_HZ) / CURVE_HZ
    loudness = -20 - 4 * np.cos(2 * np.pi * syllables_a_second * times)
    pause = np.full(CURVE_HZ, -80.0)
    loudness = np.concatenate([loudness, pause, loudness])
    voice = measured(loudness, np.where(loudness > -60, 150, NAN))
    assert voice["pace"] == pytest.approx(syllables_a_second, rel=0.1)


def test_syllables_are_voiced_and_parted_by_what_is_fainter() -> None:
    loudness = np.array([-20, -20, -21, -20, -24, -20, -22, -19, -30], float)
    assert syllable_onsets(loudness, np.ones(9, bool)) == [0, 5, 7]
    assert syllable_onsets(loudness, np.array([1, 1, 0, 1, 1, 0, 0, 0, 0], bool)) == [0]
    assert syllable_onsets(loudness, np.zeros(9, bool)) == []


def test_where_little_is_voiced_or_said_there_is_no_pace() -> None:
    assert measured(*curves((1, -20, NAN), (0.4, -20, 100), (1, -20, NAN)))["pace"] is None
    assert measured(*curves((0.4, -20, 100)))["pace"] is None


def test_without_speech_nothing_is_measured_and_the_curves_are_there() -> None:
    voice = measured(*curves((1, -75, NAN)))
    measures = {name: value for name, value in voice.items() if not name.endswith(("_db", "_hz"))}
    assert set(measures.values()) == {None}
    assert voice["loudness_db"] is voice["pitch_hz"] is None
    assert voice["loudness_curve_db"] == [-75.0] * CURVE_HZ
    assert voice["pitch_curve_hz"] == [None] * CURVE_HZ


def test_a_whisper_is_loud_and_has_no_pitch() -> None:
    voice = measured(*curves((1, -30, NAN)))
    assert (voice["loudness_db"], voice["pitch_hz"], voice["voiced_share"]) == (-30, None, 0)


@given(
    st.lists(
        st.tuples(st.one_of(st.just(NAN), st.floats(-100, 0)), st.sampled_from([NAN, 80.0, 300.0])),
        max_size=80,
    )
)
def test_whatever_the_curves_the_measures_are_within_their_bounds(
    samples: list[tuple[float, float]],
) -> None:
    values = np.array(samples, float).reshape(-1, 2)
    voice = measured(values[:, 0], values[:, 1])
    for name in ("pause_share", "voiced_share"):
        assert voice[name] is None or 0 <= voice[name] <= 1
    assert voice["pitch_hz"] is None or 80 <= voice["pitch_hz"] <= 300
    assert voice["loudness_db"] is None or -60 <= voice["loudness_db"] <= 0.1
    assert len(voice["loudness_curve_db"]) == len(voice["pitch_curve_hz"]) == len(values)
