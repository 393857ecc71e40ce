"""How an utterance sounds, on the page: loudness and pitch as curves, and in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.curve import path

_LOUDNESS_RANGE_DB = 40.0  # below the loudest; what is quieter stands at the lower edge
_LEAST_PITCH_RANGE_OCTAVES = 0.5  # so that a level voice is drawn level
_MOST_WORDS = 160


@dataclass(frozen=True)
class VoiceView:
    """Two curves as paths of an SVG, "" where there is none, and what they say."""

    loudness: str
    pitch: str
    words: str
    figures: str


def lay_out_voice(voice: Mapping[str, Any] | None) -> VoiceView | None:
    """The view of a `stages.rows.VOICE`; None where there is nothing to show of it."""
    if not voice:
        return None
    words = (voice["words"] or "")[:_MOST_WORDS]
    view = VoiceView(
        loudness=_loudness(voice["loudness_curve_db"] or []),
        pitch=_pitch(voice["pitch_curve_hz"] or []),
        words=words,
        figures=_figures(voice),
    )
    return view if any((view.loudness, view.pitch, view.words, view.figures)) else None


def _loudness(values: Sequence[float | None]) -> str:
    loudest = max((v for v in values if v is not None and math.isfinite(v)), default=0.0)
    return path(_spread(values), values, loudest - _LOUDNESS_RANGE_DB, loudest)


def _pitch(values: Sequence[float | None]) -> str:
    """Octaves, so that equal steps sound equal."""
    octaves = [math.log2(v) if v is not None and 0 < v < math.inf else None for v in values]
    voiced = [octave for octave in octaves if octave is not None]
    if not voiced:
        return ""
    low, high = min(voiced), max(voiced)
    margin = max(0.0, _LEAST_PITCH_RANGE_OCTAVES - (high - low)) / 2 + 0.05
    return path(_spread(values), octaves, low - margin, high + margin)


def _spread(values: Sequence[Any]) -> list[float]:
    return [100 * at / max(1, len(values) - 1) for at in range(len(values))]


def _figures(voice: Mapping[str, Any]) -> str:
    low, high = voice["pitch_low_hz"], voice["pitch_high_hz"]
    loudness, pace = voice["loudness_db"], voice["pace"]
    figures = [
        "" if low is None or high is None else f"{low:.0f}–{high:.0f} Hz",
        "" if loudness is None else f"{loudness:.0f} dB".replace("-", "−"),
        "" if pace is None else f"{pace:.1f} onsets a second",
    ]
    return ", ".join(filter(None, figures))
