"""Expressions of more than half a second: peaks of a face's distance from itself at rest.

The evidence for expressions is taken patch by patch against the face at rest, which is what it
looks like in the calmer part of its patches. A peak counts by its prominence: its height above the
higher of the two valleys that part it from higher ground.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from stages.evidence.movement.measure import Movement
from stages.evidence.norms import Setting
from stages.evidence.spotting.decomposition import Half
from stages.evidence.spotting.readings import Reading, read_half
from stages.evidence.spotting.spotted import MICRO_S, Spotted, strongest

Array = NDArray[np.float64]

CALM = 0.6  # share of the patches, the calmest, that stand for rest
ROUNDS = 3
SMOOTH_S = 0.045
LEAST: dict[tuple[Half, Setting], float] = {
    ("upper", "quiet"): 4.5,
    ("upper", "speaking"): 4.5,
    ("lower", "quiet"): 4.5,
    ("lower", "speaking"): 6.5,
}
USUAL: dict[Half, float] = {"upper": 1.0, "lower": 1.5}
FOOT = 0.15  # of a peak's height over its valley: what is lower is rest
LONGEST_S = 4.0
STEEP, STEEP_S = 0.5, 0.35  # how much of the height is won in how short a time; drifts are slower
MOST_SHARED = 0.3


def spot_lasting(
    movement: Movement, speaking: NDArray[np.bool_], blinks: list[Spotted], halves: tuple[Half, ...] = ("upper", "lower")
) -> list[Spotted]:
    """The macro-expressions of a face, in order of onset.

    Args:
        movement: of the face.
        speaking: [n], whether it was, or may have been, speaking.
        halves: of the face to look at.
    """
    flat = movement.flat.astype(np.float64)
    from stages.evidence.spotting.lags import off_the_middle
    off = off_the_middle(flat, max(1, round(0.2 * movement.rate)))
    found = [
        one
        for half in halves
        for one in _peaks(_against_rest(half, flat, speaking), read_half(half, "short", off, speaking), movement, blinks)
    ]
    return strongest(found, MOST_SHARED)


def _against_rest(half: Half, flat: Array, speaking: NDArray[np.bool_]) -> Reading:
    rest = np.median(flat, axis=0)
    for _ in range(ROUNDS - 1):
        evidence = read_half(half, "long", flat - rest, speaking).evidence
        rest = np.median(flat[evidence <= np.quantile(evidence, CALM)], axis=0)
    return read_half(half, "long", flat - rest, speaking)


def _peaks(reading: Reading, short: Reading, movement: Movement, blinks: list[Spotted]) -> list[Spotted]:
    curve = gaussian_filter1d(_bridged(reading.evidence, blinks), SMOOTH_S * movement.rate, mode="nearest")
    peaks, facts = find_peaks(curve, prominence=min(LEAST.values()))
    found = []
    for peak, height, left, right in zip(
        peaks, facts["prominences"], facts["left_bases"], facts["right_bases"], strict=True
    ):
        least = LEAST[reading.half, reading.setting(peak)]
        least *= short.unrest(int(peak), USUAL[reading.half])
        onset, offset = _foot(curve, peak, left), _foot(curve, peak, right)
        lasts_s = movement.times_s[offset] - movement.times_s[onset]
        steep = _steepest(curve[onset : peak + 1], movement.rate) >= STEEP * height
        if height >= least and steep and MICRO_S < lasts_s <= LONGEST_S:
            spoken = bool(reading.speaking[peak])
            found.append(Spotted("macro", onset, int(peak), offset, height, least, spoken))
    return found


def _bridged(curve: Array, blinks: list[Spotted]) -> Array:
    """A curve that goes straight over blinks, which disturb the brows of a turned face."""
    seen = np.ones(len(curve), bool)
    for blink in blinks:
        seen[blink.onset + 1 : blink.offset] = False
    at = np.arange(len(curve))
    return np.interp(at, at[seen], curve[seen])


def _steepest(rise: Array, rate: float) -> float:
    """The most that a curve rises within `STEEP_S`."""
    reach = max(1, round(STEEP_S * rate))
    later = rise[np.minimum(np.arange(len(rise)) + reach, len(rise) - 1)]
    return float((later - rise).max())


def _foot(curve: Array, peak: int, base: int) -> int:
    """Where, on the way from a peak to a base, the curve has come down."""
    step = 1 if base > peak else -1
    course = curve[peak : base + step : step] if base + step >= 0 else curve[peak::step]
    low = course.min()
    down = course - low <= FOOT * (curve[peak] - low)
    return int(peak + step * np.argmax(down))
