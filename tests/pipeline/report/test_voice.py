"""A voice is drawn and put in words as far as it was measured."""

from collections.abc import Callable
from typing import Any

from pipeline.report.voice import lay_out_voice

Make = Callable[..., Any]


def test_a_voice_has_two_curves_words_and_figures(make_voice: Make) -> None:
    view = lay_out_voice(make_voice())
    assert view is not None
    assert view.loudness.startswith("M0 ")
    assert view.pitch.count("M") == 5  # it is unvoiced between them
    assert view.words == "louder and higher than usual, fast"
    assert view.figures == "150–218 Hz, −23 dB, 4.2 onsets a second"


def test_nothing_is_drawn_where_nothing_was_measured(make_voice: Make) -> None:
    assert lay_out_voice(None) is None
    assert lay_out_voice(dict.fromkeys(make_voice())) is None


def test_a_level_voice_is_drawn_level(make_voice: Make) -> None:
    view = lay_out_voice(make_voice(pitch_curve_hz=[200.0] * 3))
    assert view is not None
    assert view.pitch == "M0 50h1L500 50L1000 50"


def test_a_whisper_has_no_pitch(make_voice: Make) -> None:
    silent = make_voice(pitch_curve_hz=[None] * 3, pitch_low_hz=None, pitch_high_hz=None)
    view = lay_out_voice(silent)
    assert view is not None
    assert view.pitch == ""
    assert view.figures == "−23 dB, 4.2 onsets a second"
