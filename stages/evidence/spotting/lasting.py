"""Expressions of more than half a second: peaks of a face's distance from itself at rest.

The evidence for expressions is taken patch by patch against the face at rest, which is what it
looks like in the calmer part of its patches. A peak counts by its prominence: its height above the
higher of the two valleys that part it from higher ground.
"""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.norms import Setting
from stages.evidence.spotting.decomposition import Half
from stages.evidence.spotting.readings import Reading, read_half
from stages.evidence.spotting.spotted import MICRO_S, Spotted

Array = NDArray[np.float64]

CALM = 0.6  # share of the patches, the calmest, that stand for rest
ROUNDS = 3
SMOOTH_S = 0.045
LEAST: dict[tuple[Half, Setting], float] = {
    ("upper", "quiet"): 3.6,
    ("upper", "speaking"): 3.6,
    ("lower", "quiet"): 3.6,
    ("lower", "speaking"): 4.7,
}
FOOT = 0.15  # of a peak's height over its valley: what is lower is rest
LONGEST_S = 4.0
STEEP, STEEP_S = 0.5, 0.35  # share of the height won within seconds; a drift is slower


def against_rest(half: Half, flat: Array, speaking: NDArray[np.bool_]) -> Reading:
    """Read movements [n, 2 P] against the calmer part of them."""
    rest = np.median(flat, axis=0)
    for _ in range(ROUNDS - 1):
        evidence = read_half(half, "long", flat - rest, speaking).evidence
        rest = np.median(flat[evidence <= np.quantile(evidence, CALM)], axis=0)
    return read_half(half, "long", flat - rest, speaking)


def spot_lasting(
    movement: Movement, long: Reading, short: Reading, blinks: list[Spotted]
) -> list[Spotted]:
    """The macro-expressions of half a face.

    Args:
        movement: of the face.
        long: against rest.
        short: against just before and after, for how calm the face is.
        blinks: of the face, which disturb the brows of one that is turned.
    """
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    bridged = _bridged(long.evidence, blinks)
    curve = gaussian_filter1d(bridged, SMOOTH_S * movement.rate, mode="nearest")
    peaks, facts = find_peaks(curve, prominence=min(LEAST.values()))
    found = []
    for peak, height, left, right in zip(
        peaks.tolist(), facts["prominences"], facts["left_bases"], facts["right_bases"], strict=True
    ):
        least = LEAST[long.half, long.setting(peak)] * short.unrest(peak)
        onset, offset = _foot(curve, peak, int(left)), _foot(curve, peak, int(right))
        lasts_s = movement.times_s[offset] - movement.times_s[onset]
        steep = _steepest(curve[onset : peak + 1], movement.rate) >= STEEP * height
        if height >= least and steep and MICRO_S < lasts_s <= LONGEST_S:
            spoken = bool(long.speaking[peak])
            found.append(Spotted("macro", onset, peak, offset, float(height), least, spoken))
    return found


def _bridged(curve: Array, blinks: list[Spotted]) -> Array:
    """A curve that goes straight over blinks."""
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
    course = curve[np.arange(peak, base + step, step)]
    low = course.min()
    down = course - low <= FOOT * (curve[peak] - low)
    return peak + step * int(np.argmax(down))
