"""Power and pitch of a whole sound that passes by, a hundredth of a second at a time.

Of the sound itself no more is held than a piece. What is kept of it is 8 bytes a frame, 3 MB an
hour, so utterances may overlap, be long, or be found only after the sound has been heard.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np

from stages.listening.sound import RATE, Samples
from stages.transcribe.prosody.pitch import CONTEXT, HOP, Track, pitch_of
from stages.voice_measures import CURVE_HZ, Curve

FAINTEST_DB = -100.0
"""What digital silence is given as, dB of full scale."""

_STRETCH = 10 * RATE  # whose pitch is found at once
_UNHEARD = 10 ** (-70 / 10)  # power of a frame: nobody speaks where all are fainter
_FRAMES = RATE // HOP // CURVE_HZ  # in a sample of a curve

Spans = Sequence[tuple[float, float]]


class Hearing:
    """Listens to pieces that follow one another from 0 s on."""

    def __init__(self, spans: Spans | None = None) -> None:
        """
        Args:
            spans: where the pitch matters, seconds; None: everywhere.
        """
        ordered = sorted(spans or [])
        self._starts = [start_s for start_s, _ in ordered]
        self._ends = list(accumulate((end_s for _, end_s in ordered), max))
        self._everywhere = spans is None
        self._samples = np.zeros(0, np.float32)
        self._before = 0  # samples held that have been dealt with, for context
        self._frames = 0
        self._power: list[Track] = []
        self._pitch: list[Track] = []

    def over(self, pieces: Iterable[Samples]) -> Iterator[Samples]:
        """The same pieces, each listened to on its way; at the end the rest is dealt with."""
        for piece in pieces:
            self._samples = np.concatenate([self._samples, piece])
            while len(self._samples) - self._before >= _STRETCH + CONTEXT:
                self._deal_with(_STRETCH)
            yield piece
        self._deal_with((len(self._samples) - self._before) // HOP * HOP)

    @property
    def length_s(self) -> float:
        """Of the sound that has passed, seconds."""
        return self._frames * HOP / RATE

    def curves(self, start_s: float, end_s: float) -> tuple[Curve, Curve]:
        """Loudness and pitch between two times, each [n], the first sample at `start_s`.

        There are `CURVE_HZ` samples a second. One of loudness is the RMS of the 40 ms about its
        time, dB of full scale (a sine that just fits has -3). One of pitch is the median of the
        three frames about it, Hz, NaN unless two of them are voiced. The curves end where the
        sound ends: they are empty for a time beyond it.
        """
        power, pitch = self._whole()
        count = int(np.ceil(round((end_s - start_s) * CURVE_HZ, 6)))
        middles = np.round((start_s + np.arange(count) / CURVE_HZ) * RATE / HOP).astype(int)
        middles = middles[middles < len(power)]
        about = np.clip(middles[:, None] + np.arange(_FRAMES) - _FRAMES // 2, 0, len(power) - 1)
        mean = np.mean(power[about], axis=1) if len(middles) else np.zeros(0)
        # The second bound is for processors whose float32 logarithm rounds below the first.
        loudness = 10 * np.log10(np.maximum(mean, 10 ** (FAINTEST_DB / 10)))
        loudness = np.maximum(loudness, FAINTEST_DB)
        near = np.clip(middles[:, None] + np.arange(-1, 2), 0, len(pitch) - 1)
        return loudness, _of_three(pitch[near] if len(middles) else np.zeros((0, 3)))

    def _deal_with(self, count: int) -> None:
        """Frames of the next `count` samples, a multiple of `HOP`."""
        if not count:
            return
        begin, end = self._before, self._before + count
        fresh = self._samples[begin:end].reshape(-1, HOP)
        power = np.mean(np.square(fresh), axis=1)
        pitch = np.full(len(power), np.nan, np.float32)
        if self._matters(count) and np.any(power > _UNHEARD):
            found = pitch_of(self._samples[: end + CONTEXT])
            pitch = found[begin // HOP : end // HOP]
        self._power.append(power)
        self._pitch.append(pitch)
        self._frames += len(power)
        kept = end - min(CONTEXT, end)
        self._samples = self._samples[kept:]
        self._before = end - kept

    def _matters(self, count: int) -> bool:
        """Whether one of the spans touches the next `count` samples."""
        if self._everywhere:
            return True
        start_s, end_s = self._frames * HOP / RATE, (self._frames * HOP + count) / RATE
        begun = bisect_left(self._starts, end_s)
        return bisect_right(self._ends, start_s, hi=begun) < begun

    def _whole(self) -> tuple[Track, Track]:
        if len(self._power) != 1:
            empty = np.zeros(0, np.float32)
            self._power = [np.concatenate([empty, *self._power])]
            self._pitch = [np.concatenate([empty, *self._pitch])]
        return self._power[0], self._pitch[0]


def _of_three(near: Curve) -> Curve:
    """The median of the voiced frames of each row [n, 3], NaN where fewer than two are."""
    ordered = np.sort(near, axis=1)  # NaN comes last
    voiced = np.sum(np.isfinite(near), axis=1)
    pair = np.mean(ordered[:, :2], axis=1)
    return np.where(voiced == 3, ordered[:, 1], np.where(voiced == 2, pair, np.nan))
