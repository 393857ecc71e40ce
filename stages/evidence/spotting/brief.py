"""Expressions of at most half a second: what a face does and takes back at once.

A patch is read against the middle of where the face was just before and is soon after, so that a
slow turn or a long smile comes to nothing. Where the evidence peaks, the movement at the peak gives
a direction, and the course of the face along it shows where it began and ended.
"""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.norms import Setting
from stages.evidence.norms.norms import LAG_S
from stages.evidence.spotting.decomposition import Half
from stages.evidence.spotting.lags import off_the_middle
from stages.evidence.spotting.readings import Reading, read_half
from stages.evidence.spotting.spotted import MICRO_S, Spotted, span

Array = NDArray[np.float64]

LEAST: dict[tuple[Half, Setting], float] = {
    ("upper", "quiet"): 5.2,
    ("upper", "speaking"): 5.2,
    ("lower", "quiet"): 5.2,
    ("lower", "speaking"): 6.7,
}
LOOK = 3.0  # standard deviations at a peak that is worth following
FOOT = 0.12  # of the height over the ground near by: what is lower is rest
NEAR_S = 0.09  # how far the ground near by reaches
APEX_S = 0.08  # how far the apex may be from the peak of the evidence
SHORTEST_S = 0.04


def against_now(half: Half, movement: Movement, speaking: NDArray[np.bool_]) -> Reading:
    """Read a face against where it was just before and is soon after."""
    flat = movement.flat
    off = off_the_middle(flat, max(1, round(LAG_S * movement.rate)))
    return read_half(half, "short", off, speaking)


def spot_brief(movement: Movement, short: Reading) -> list[Spotted]:
    """The micro-expressions of half a face, and whatever looks like one.

    Args:
        movement: of the face.
        short: against just before and after.
    """
    from scipy.signal import find_peaks

    flat = movement.flat
    peaks, _ = find_peaks(short.evidence, height=LOOK)
    followed = (_follow(peak, short, flat, movement) for peak in peaks.tolist())
    return [one for one in followed if one is not None]


def _follow(peak: int, reading: Reading, flat: Array, movement: Movement) -> Spotted | None:
    weights, size = reading.decomposition(peak).along(reading.strengths[peak])
    reach = round(MICRO_S * movement.rate)
    first = max(0, peak - reach)
    course = flat[first : peak + reach + 1] @ weights
    near = max(1, round(APEX_S * movement.rate))
    low = max(0, peak - first - near)
    apex = low + int(np.argmax(course[low : peak - first + near + 1]))
    onset, offset = _foot(course, apex, -1, movement.rate), _foot(course, apex, 1, movement.rate)
    height = float(course[apex] - max(course[onset], course[offset])) * size
    least = LEAST[reading.half, reading.setting(peak)] * reading.unrest(peak)
    one = Spotted(
        "micro",
        first + onset,
        first + apex,
        first + offset,
        height,
        least,
        bool(reading.speaking[peak]),
    )
    long_enough = SHORTEST_S <= span(movement.times_s, one) <= MICRO_S
    inside = onset > 0 and offset < len(course) - 1
    return one if height >= least and long_enough and inside else None


def _foot(course: Array, apex: int, step: int, rate: float) -> int:
    """Where the course has come down from the apex to the ground near by."""
    near = max(2, round(NEAR_S * rate))
    at = apex
    while 0 < at < len(course) - 1:
        ahead = course[max(0, at - near) : at + 1] if step < 0 else course[at : at + near + 1]
        ground = ahead.min()
        if course[at] - ground <= FOOT * (course[apex] - ground) and at != apex:
            break
        if course[at] > course[apex]:
            break
        at += step
    return at
