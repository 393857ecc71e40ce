"""Smooth curves through noisy samples of a track, on a clock and not on indices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTHS = (1, 2, 4, 8)  # times the narrowest kernel; the samples say which serves them best
SLOPE_CAUTION = 0.25  # of the narrowest variance; keeps two noisy samples from making a trend

ROWS_AT_ONCE = 256  # of the curves; bounds the memory

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Samples:
    """What was measured, n times at any times."""

    times_s: Array  # [n]
    values: Array  # [n, d]: d curves
    weights: Array  # [n], trust in each, positive

    def taking(self, rows: NDArray[np.bool_]) -> "Samples":
        """Only some of the measurements."""
        return Samples(self.times_s[rows], self.values[rows], self.weights[rows])

    def curves(self, columns: NDArray[np.bool_]) -> "Samples":
        """Only some of the curves."""
        return Samples(self.times_s, self.values[:, columns], self.weights)


def smooth(samples: Samples, times_s: Array, deviation_s: float) -> Array:
    """Estimate the d curves at `times_s` [m]: [m, d].

    Local linear regression with a Gaussian kernel (Cleveland, "Robust Locally Weighted
    Regression", JASA 1979, without the robust part): unlike a moving mean it neither lags at the
    ends nor pulls a steady movement towards its middle. Each of the d curves takes the width of
    kernel that best foretells each of its samples from the others: what moves is followed
    closely, and where there is nothing but noise it is averaged away over seconds. Equal samples
    give exactly that value.

    Args:
        deviation_s: the narrowest kernel's standard deviation in seconds.
    """
    caution = SLOPE_CAUTION * deviation_s**2
    widths = [deviation_s * factor for factor in WIDTHS]
    errors = [_leave_one_out_errors(samples, width, caution) for width in widths]
    best = np.argmin(errors, axis=0)
    curves = np.empty((len(times_s), samples.values.shape[1]))
    for index in set(best.tolist()):
        mine = best == index
        curves[:, mine] = _regress(samples.curves(mine), times_s, widths[index], caution)
    return curves


def _leave_one_out_errors(samples: Samples, width_s: float, caution: float) -> Array:
    """Weighted sum of squared errors of each curve, [d], when a sample is left out in turn."""
    if len(samples.times_s) == 1:
        return np.zeros(samples.values.shape[1])
    away = samples.times_s[None] - samples.times_s[:, None]
    np.fill_diagonal(away, np.inf)
    foretold = _lines(samples, away, width_s, caution)
    return np.asarray(samples.weights @ (foretold - samples.values) ** 2)


def _regress(samples: Samples, times_s: Array, width_s: float, caution: float) -> Array:
    curves = np.empty((len(times_s), samples.values.shape[1]))
    for start in range(0, len(times_s), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        away = samples.times_s[None] - times_s[rows, None]
        curves[rows] = _lines(samples, away, width_s, caution)
    return curves


def _lines(samples: Samples, away: Array, width_s: float, caution: float) -> Array:
    """The value of the line through each row's samples, [m, d].

    Args:
        away: seconds from the row's time to each sample, [m, n]; infinite where it does not count.
    """
    reference = samples.values[0]
    deviations = samples.values - reference
    nearest = np.abs(away).min(axis=1, keepdims=True)  # far from all, the nearest counts in full
    kernel = samples.weights * np.exp((nearest**2 - away**2) / (2 * width_s**2))
    kernel /= kernel.sum(axis=1, keepdims=True)
    counted = np.where(np.isfinite(away), away, 0.0)
    lag = (kernel * counted).sum(axis=1, keepdims=True)
    centred = counted - lag
    spread = (kernel * centred**2).sum(axis=1, keepdims=True) + caution
    slope = (kernel * centred) @ deviations / spread
    return np.asarray(kernel @ deviations - slope * lag + reference)
