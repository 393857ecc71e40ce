"""Blinks: for a moment there is a lid where there was an eye.

A closed eye is not the open one moved, so what is left unexplained around the lids rises and falls
with the blink.
"""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import named
from stages.evidence.spotting.lags import off_the_middle
from stages.evidence.spotting.spotted import Spotted

LAG_S = 0.2
LEAST_NOISES = 6.0  # of the face's own lids
LEAST_SHARE = 0.08  # of the contrast of the face
FOOT = 0.2
EACH = 0.5  # of the mean fall to both sides: that to either; eyes that stay closed have one side
DEVIATION = 1.4826  # standard deviations a median absolute deviation of noise is


def spot_blinks(movement: Movement, speaking: NDArray[np.bool_]) -> list[Spotted]:
    """The blinks of a face, in order of onset."""
    from scipy.signal import find_peaks

    reach = max(1, round(LAG_S * movement.rate))
    lids = movement.misfits[:, named("upper_lid", "lower_lid")].mean(axis=1).astype(np.float64)
    off = off_the_middle(lids, reach)
    noise = DEVIATION * float(np.median(np.abs(off - np.median(off)))) + 1e-6
    least = max(LEAST_NOISES * noise, LEAST_SHARE * movement.contrast)
    peaks, _ = find_peaks(off, height=least, distance=reach)
    found: list[Spotted] = []
    for peak in peaks.tolist():
        onset, offset = (_foot(lids, peak, step, reach) for step in (-1, 1))
        if lids[peak] - max(lids[onset], lids[offset]) >= EACH * off[peak]:
            evidence, threshold = float(off[peak]) / noise, least / noise
            spoken = bool(speaking[peak])
            found.append(Spotted("blink", onset, peak, offset, evidence, threshold, spoken, "eyes"))
    return found


def _foot(curve: NDArray[np.float64], peak: int, step: int, reach: int) -> int:
    """Where the curve has come down from a peak to the ground within `reach` patches."""
    side = (
        curve[max(0, peak - reach) : peak + 1][::-1] if step < 0 else curve[peak : peak + reach + 1]
    )
    low = side.min()
    return peak + step * int(np.argmax(side - low <= FOOT * (side[0] - low)))
