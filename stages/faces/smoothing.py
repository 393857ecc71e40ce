"""Smooth curves through noisy samples of a track, on a clock and not on indices."""

import numpy as np
from numpy.typing import NDArray

SLOPE_CAUTION = 0.25  # of the variance of the kernel; keeps two noisy samples from making a trend


def smooth(
    sample_times_s: NDArray[np.float64],
    samples: NDArray[np.float64],
    weights: NDArray[np.float64],
    times_s: NDArray[np.float64],
    deviation_s: float,
) -> NDArray[np.float64]:
    """Estimate samples [n, d] taken at `sample_times_s` [n] at other times [m]: [m, d].

    Local linear regression with a Gaussian kernel (Cleveland, "Robust Locally Weighted
    Regression", JASA 1979, without the robust part): unlike a moving mean it neither lags at the
    ends nor pulls a steady movement towards its middle. Equal samples give exactly that value.

    Args:
        weights: positive trust in each sample, [n].
        deviation_s: the kernel's standard deviation in seconds.
    """
    reference = samples[0]
    deviations = samples - reference
    curve = np.empty((len(times_s), samples.shape[1]), np.float64)
    for row, time_s in enumerate(times_s):
        away = sample_times_s - time_s
        nearest = np.abs(away).min()  # far from all samples the nearest still counts in full
        kernel = weights * np.exp((nearest**2 - away**2) / (2 * deviation_s**2))
        total = kernel.sum()
        lag = (kernel * away).sum() / total
        centred = away - lag
        spread = (kernel * centred**2).sum() / total + SLOPE_CAUTION * deviation_s**2
        mean = kernel @ deviations / total
        slope = (kernel * centred) @ deviations / total / spread
        curve[row] = mean - slope * lag
    return np.asarray(curve + reference, np.float64)
