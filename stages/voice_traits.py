"""How one voice differs from another, or from what is usual, in numbers that add up."""

from collections.abc import Mapping
from math import exp, log, log2
from typing import Any

from stages.voice_measures import Voice

Traits = Mapping[str, float | None]

PACE = "pace"


def traits(voice: Voice) -> Traits:
    """What is compared of a voice, by the fields of `stages.rows.RELATIVE_VOICE`.

    Pitch is in semitones above 1 Hz and pace a logarithm, so that the difference of two voices is
    how far one lies from the other. None where it was not measured.
    """
    pitch, low, high = (voice[name] for name in ("pitch_hz", "pitch_low_hz", "pitch_high_hz"))
    return {
        "pitch_semitones": 12 * log2(pitch) if pitch else None,
        "pitch_range_semitones": 12 * log2(high / low) if low and high else None,
        "loudness_db": voice["loudness_db"],
        PACE: log(voice[PACE]) if voice[PACE] else None,
        "pause_share": voice["pause_share"],
        "voiced_share": voice["voiced_share"],
    }


def relative_to(usual: Traits, voice: Voice, to: str) -> dict[str, Any] | None:
    """How a voice lies beside what is usual, as `stages.rows.RELATIVE_VOICE`.

    Args:
        usual: as `traits` gives them.
        voice: with what `stages.voice_measures.measured` gives.
        to: whose usual it is, speaker or video.

    Returns:
        None where nothing can be compared.
    """
    differences = _less(traits(voice), usual)
    if all(value is None for value in differences.values()):
        return None
    pace = differences[PACE]
    return {"to": to, **differences, PACE: None if pace is None else exp(pace)}


def usual_of(voice: Voice) -> Traits | None:
    """What a voice was compared with; None where it was with nothing."""
    relative = voice["relative"]
    if relative is None:
        return None
    differences = {**relative, PACE: log(relative[PACE]) if relative[PACE] else None}
    return _less(traits(voice), differences)


def _less(these: Traits, those: Traits) -> Traits:
    return {
        name: None if one is None or other is None else one - other
        for name, one in these.items()
        for other in [those[name]]
    }
