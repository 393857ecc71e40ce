"""Whether a confidence of 0.8 is right eight times in ten: reliability, ECE and Brier score.

The headline is the expected calibration error over bins of equal mass. Confidences of labels crowd
together, mostly near 1, so that bins of equal width are nearly empty but for a few; those of equal
mass are less biased (Nixon and others, arXiv 1904.01685; Roelofs and others, arXiv 2012.08668).
Equal width (Guo and others, arXiv 1706.04599) stands beside it, because most papers give it.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.overlaps import Floats

BINS = 10


@dataclass(frozen=True)
class ReliabilityBin:
    """Confidences close to each other, and how often they are right; all but `count` 0..1.

    Attributes:
        low, high: the least and the largest confidence in it.
        count: how many there are, at least 1.
        confidence: their mean.
        right: the mean of what is right.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float


def equal_width_cuts(bins: int = BINS) -> Floats:
    """Where [0, 1] is cut into `bins` pieces of the same width: float64 [bins - 1]."""
    return np.arange(1, bins) / bins


def equal_mass_cuts(confidence: Floats, bins: int = BINS) -> Floats:
    """Where confidences are cut so that each piece holds about as many.

    A value begins a piece; equal values stand together, so there may be fewer pieces than `bins`.
    """
    if not len(confidence):
        return np.zeros(0)
    shares = np.arange(1, bins) / bins
    cuts = np.unique(np.quantile(confidence, shares, method="higher"))
    inner: Floats = cuts[cuts > confidence.min()]
    return inner


def reliability(confidence: Floats, right: Floats, cuts: Floats) -> tuple[ReliabilityBin, ...]:
    """The bins that are not empty, rising.

    Args:
        confidence: float64 [n], 0..1.
        right: float64 [n], 0..1.
        cuts: where bins begin, but for the first.
    """
    places = np.searchsorted(cuts, confidence, side="right")
    return tuple(
        ReliabilityBin(
            low=float(confidence[here].min()),
            high=float(confidence[here].max()),
            count=int(here.sum()),
            confidence=float(confidence[here].mean()),
            right=float(right[here].mean()),
        )
        for here in (places == place for place in np.unique(places))
    )


def calibration_error(
    confidence: Floats, right: Floats, cuts: Floats, weights: Floats | None = None
) -> Floats:
    """The mean over all of how far the mean confidence of a bin is from what is right in it.

    Args:
        confidence: float64 [n], 0..1.
        right: float64 [n], 0..1.
        cuts: where bins begin, but for the first.
        weights: how often each counts, [..., n]; None: each once.

    Returns:
        [...], 0..1; 0 of none.
    """
    once = np.ones(len(confidence)) if weights is None else weights
    places = np.searchsorted(cuts, confidence, side="right")
    members = (places[:, None] == np.arange(len(cuts) + 1)).astype(np.float64)
    gaps = np.abs(once @ (members * (confidence - right)[:, None]))
    error: Floats = gaps.sum(axis=-1) / np.maximum(once.sum(axis=-1), 1)
    return error


def brier(confidence: Floats, right: Floats, weights: Floats | None = None) -> Floats:
    """The mean squared distance of confidence from what is right: [...], 0..1; 0 of none.

    Args:
        confidence: float64 [n], 0..1.
        right: float64 [n], 0..1.
        weights: how often each counts, [..., n]; None: each once.
    """
    once = np.ones(len(confidence)) if weights is None else weights
    score: Floats = once @ (confidence - right) ** 2 / np.maximum(once.sum(axis=-1), 1)
    return score
