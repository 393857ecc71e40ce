"""Many channels as one, so that speech in any of them is heard and none cancels another.

Channels are added up whatever the layout says: many have none (recorders, conference bridges), and
of ambisonics libswresample makes no mono. Where channels are out of phase (a cable wired wrongly,
one side of a balanced line) their sum is silence. There they are added at angles to one another:
each is turned in phase by its own share of half a circle, so that no two can cancel, whatever their
signs. That costs what they have in common at most 3 dB, so it is done only where it is needed.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

Signals = np.ndarray[Any, np.dtype[np.float32]]

BLOCK_S = 1.0  # what is judged at once
_PARTS = 10  # of a block, each looked at for channels out of phase
_OPPOSED = -0.5  # correlation of two channels from which their sum loses too much
_FAINT = 1e-3  # of the power of the loudest channel: too little to cancel anything
_UNHEARD = 1e-4  # of the power of the loudest: a channel without a signal
_SILENCE = 1e-9  # power, full scale being 1
_MOST_PLANES = 8  # beyond these PyAV does not know where the planes of a frame end
_RAMP_S = 0.02  # from one way of adding to the other, lest it clicks
_REACH = 160  # samples on each side that the turn by a quarter takes in: at 16 kHz, from 100 Hz up


class Downmix:
    """Adds up the channels of consecutive frames of one form.

    What comes out is a pair of signals: the second is still to be turned in phase by a quarter and
    added to the first (`QuarterTurn`), which is cheaper once they are resampled.
    """

    def __init__(self, channels: int, rate: int) -> None:
        self._block = round(BLOCK_S * rate)
        self._ramp = max(round(_RAMP_S * rate), 1)
        self._held: list[Signals] = []
        self._length = 0
        self._heard = np.zeros(channels, bool)  # which channels have had a signal
        self._turned = 0.0  # how much of the last block was added at angles: 0 or 1

    def take(self, frame: "AudioFrame") -> Iterator[Signals]:
        """The pairs [2, n] that are complete with `frame`."""
        samples = channels_of(frame)
        self._held.append(samples)
        self._length += samples.shape[1]
        if self._length >= self._block:
            yield self._pair()

    def rest(self) -> Iterator[Signals]:
        """The pair of what is still held."""
        if self._length:
            yield self._pair()

    def _pair(self) -> Signals:
        block = np.concatenate(self._held, axis=1)
        self._held, self._length = [], 0
        self._listen(block)
        heard = block[self._heard]
        if not len(heard):
            return np.zeros((2, block.shape[1]), np.float32)
        # As loud as the mean of two; of many, so that one that speaks alone is not too faint.
        heard /= len(heard) if len(heard) <= 2 else np.sqrt(2 * len(heard))
        turned = self._share(block.shape[1], 1.0 if _opposed(heard) else 0.0)
        angles = np.arange(len(heard)) * np.pi / len(heard)
        first, second = np.cos(angles) @ heard, np.sin(angles) @ heard
        pair: Signals = np.stack([(1 - turned) * heard.sum(0) + turned * first, turned * second])
        return pair.astype(np.float32)

    def _listen(self, block: Signals) -> None:
        power = np.mean(np.square(block), axis=1)
        if power.max() > _SILENCE:
            self._heard |= power > _UNHEARD * power.max()

    def _share(self, count: int, wanted: float) -> Signals:
        """How much of each sample is added at angles, 0..1."""
        share = np.interp(np.arange(count), [0, self._ramp], [self._turned, wanted])
        self._turned = wanted
        return share.astype(np.float32)


class QuarterTurn:
    """Adds to one signal another one that is turned in phase by a quarter of a circle."""

    def __init__(self) -> None:
        odd = np.arange(-_REACH, _REACH + 1)
        ideal = np.where(odd % 2 == 0, 0, 2 / (np.pi * np.where(odd == 0, 1, odd)))
        self._taps = (ideal * np.blackman(len(odd))).astype(np.float32)
        self._first = np.zeros(0, np.float32)
        self._second = np.zeros(_REACH, np.float32)

    def join(self, first: Signals, second: Signals) -> Signals:
        """What is complete of the sum, [n]; it lags behind what was given."""
        self._first = np.concatenate([self._first, first])
        self._second = np.concatenate([self._second, second])
        count = len(self._second) - 2 * _REACH
        if count <= 0:
            return np.zeros(0, np.float32)
        joined = self._first[:count]
        if np.any(self._second):
            joined = joined + np.convolve(self._second, self._taps, "valid")
        self._first, self._second = self._first[count:], self._second[count:]
        return joined

    def rest(self) -> Signals:
        """What is still held."""
        held = len(self._first)
        nothing = np.zeros(_REACH, np.float32)
        return self.join(nothing, nothing)[:held]


def channels_of(frame: "AudioFrame") -> Signals:
    """The samples of a frame in any format, [channels, n], full scale 1.

    Raises:
        ValueError: the frame has a format that PyAV cannot hand over.
    """
    if frame.format.is_planar and frame.layout.nb_channels > _MOST_PLANES:
        frame = _packed(frame)
    samples: np.ndarray[Any, Any] = frame.to_ndarray()
    count = frame.layout.nb_channels
    if frame.format.is_packed:
        samples = samples.reshape(-1, count).T
    if samples.dtype == np.uint8:
        return ((samples.astype(np.float32) - 128) / 128).astype(np.float32)
    if samples.dtype.kind == "i":
        samples = samples / 2.0 ** (8 * samples.dtype.itemsize - 1)
    whole: Signals = np.nan_to_num(samples).astype(np.float32)
    return whole


def _packed(frame: "AudioFrame") -> "AudioFrame":
    """`frame` with its channels interleaved."""
    from av import AudioResampler

    frame.pts = None
    [packed] = AudioResampler("flt", frame.layout, frame.sample_rate).resample(frame)
    return packed


def _opposed(channels: Signals) -> bool:
    """Whether two of the channels [C, n] are out of phase for a tenth of a block or more."""
    for part in np.array_split(channels, _PARTS, axis=1):
        together = part @ part.T
        power = np.diag(together)
        loud = power > _FAINT * power.max(initial=0)
        scale = np.sqrt(np.outer(power, power)) + _SILENCE
        if np.any((together / scale < _OPPOSED) & np.outer(loud, loud)):
            return True
    return False
