"""What there is to see of a face speaking an utterance, and how much it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.evidence.speaker.activity import activity
from stages.evidence.speaker.motion import mouth_motion
from stages.evidence.speaker.synchrony import synchrony

Array = NDArray[np.float64]
Patches = NDArray[np.uint8]

CURVE_FPS = 25  # samples a second of the curves of a voice
SILENT_DB = -60.0  # of full scale: nothing to move to
AUDIBLE_DB = 25.0  # below the loudest, what is not a pause
LEAST_FRAMES = 8  # that a judgement can be based on
LEAST_REST = 20  # frames while nobody speaks that show how a mouth rests
AWAY_S = 0.2  # from every utterance, where a mouth is taken to be at rest
ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Signs:
    """What one face shows in one utterance; None for what cannot be measured.

    Attributes:
        activity: mean of `activity` while the voice can be heard.
        contrast: that less its mean while nobody speaks.
        synchrony: see `synchrony`.
    """

    activity: float
    contrast: float | None
    synchrony: float | None


@dataclass(frozen=True)
class Span:
    """A stretch of time, seconds, both ends in it."""

    start_s: float
    end_s: float

    def holds(self, times_s: Array) -> NDArray[np.bool_]:
        """Which of the times are in it."""
        return (times_s >= self.start_s - ROUNDING_S) & (times_s <= self.end_s + ROUNDING_S)


class Mouth:
    """The mouth of one track, measured once and looked at in each utterance."""

    def __init__(self, patches: Patches, times_s: Array, spoken: Sequence[Span]) -> None:
        """Measure it.

        Args:
            patches: of the track, uint8 [m, 128, 128].
            times_s: their times, [m], rising.
            spoken: when anybody speaks.
        """
        motion = mouth_motion(patches, times_s)
        self._times_s = times_s
        self._visible = motion.visible
        self._opening = motion.opening.astype(np.float64)
        self._activity = activity(motion, times_s)
        resting = motion.visible.copy()
        for span in spoken:
            resting &= ~Span(span.start_s - AWAY_S, span.end_s + AWAY_S).holds(times_s)
        enough = resting.sum() >= LEAST_REST
        self._at_rest = float(self._activity[resting].mean()) if enough else None

    def signs(self, span: Span, loudness_db: Array | None) -> Signs | None:
        """What it shows in an utterance; None where too little of it can be seen."""
        seen = span.holds(self._times_s) & self._visible
        if seen.sum() < LEAST_FRAMES:
            return None
        heard = seen
        if loudness_db is not None:
            clock_s = _clock(span, loudness_db)
            level = np.interp(self._times_s, clock_s, loudness_db)
            heard = seen & (level >= loudness_db.max() - AUDIBLE_DB)
            heard = heard if heard.sum() >= LEAST_FRAMES else seen
        busy = float(self._activity[heard].mean())
        return Signs(
            activity=busy,
            contrast=None if self._at_rest is None else busy - self._at_rest,
            synchrony=None if loudness_db is None else self._synchrony(span, loudness_db),
        )

    def _synchrony(self, span: Span, loudness_db: Array) -> float | None:
        clock_s = _clock(span, loudness_db)
        own = (clock_s >= self._times_s[0]) & (clock_s <= self._times_s[-1])
        opening = np.interp(clock_s[own], self._times_s, self._opening)
        return synchrony(opening, loudness_db[own])


def loudness(voice: Mapping[str, Any] | None) -> Array | None:
    """The loudness curve of a voice (VOICE of `stages.rows`), dB, [n]; None where all is silent."""
    curve = (voice or {}).get("loudness_curve_db")
    if curve is None or not len(curve):
        return None
    levels = np.array([np.nan if one is None else one for one in curve], np.float64)
    levels = np.maximum(np.nan_to_num(levels, nan=-200.0, neginf=-200.0), -200.0)
    return levels if levels.max() > SILENT_DB else None


def _clock(span: Span, curve: Array) -> Array:
    """The times of the samples of a curve: the middles of 40 ms each."""
    return np.asarray(span.start_s + (np.arange(len(curve)) + 0.5) / CURVE_FPS)
