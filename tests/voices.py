"""Utterances with a voice, for the tests."""

from typing import Any

import numpy as np

from stages.voice_measures import CURVE_HZ, measured
from stages.voice_words import voice_words


def voiced(
    start_s: float,
    end_s: float,
    *,
    hertz: float = 120.0,
    level_db: float = -20.0,
    syllables_a_second: float = 4.0,
    speaker: str | None = None,
) -> dict[str, Any]:
    """An utterance of a steady voice, as `transcribe` gives it, compared with nothing."""
    times = np.arange(int(np.ceil(round((end_s - start_s) * CURVE_HZ, 6)))) / CURVE_HZ
    loudness = level_db - 4 * np.cos(2 * np.pi * syllables_a_second * times)
    voice = measured(loudness, np.full(len(times), hertz)) | {"relative": None}
    return {
        "index": 0,
        "start_s": start_s,
        "end_s": end_s,
        "speaker": speaker,
        "text": None,
        "text_source": "none",
        "text_confidence": None,
        "voice": voice | {"words": voice_words(voice)},
    }
