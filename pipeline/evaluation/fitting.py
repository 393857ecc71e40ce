"""A map from the confidences of a model to how often they are right, fitted on judged labels.

Isotonic regression (Zadrozny and Elkan, 2002): of all maps that never go down, the closest one.
Neighbours are put together in tens first, so that one lucky label at an end does not make it 1; and
no value is nearer to 0 or 1 than 1 / (n + 2), for what n labels never showed may still happen.
"""

from collections.abc import Iterator

import numpy as np

from pipeline.evaluation.judged import Judged
from pipeline.evaluation.overlaps import Floats
from stages.faults import SetupError
from stages.model import Calibration, FittedOn, Knot

LEAST_LABELS = 50
"""Fewer say too little about ten shares."""
FOLDS = 5
_NEIGHBOURS = 10


def fit_calibration(judged: Judged, truth: str, model: str, wheels: str) -> Calibration:
    """The map of these labels.

    Args:
        judged: labels with the probabilities that the model itself gave.
        truth, model, wheels: see `FittedOn`.

    Raises:
        SetupError: there are fewer than `LEAST_LABELS`.
    """
    labels = len(judged.confidence)
    if labels < LEAST_LABELS:
        raise SetupError(
            f"--calibrate: {labels} predicted labels have a confidence and a truth to judge them "
            f"by; at least {LEAST_LABELS} are needed. Name a larger truth."
        )
    said, right = _fitted(judged.confidence, judged.right)
    return Calibration(
        knots=tuple(Knot(float(x), float(y)) for x, y in zip(said, right, strict=True)),
        fitted_on=FittedOn(
            truth=truth,
            labels=labels,
            videos=len(set(judged.videos)),
            model=model,
            wheels=wheels[:200],
        ),
    )


def cross_fitted(judged: Judged, seed: int) -> Floats | None:
    """Each confidence by a map fitted on other videos: what a map is worth on what it has not seen.

    Returns:
        float64 [n], 0..1; None where there are fewer videos than `FOLDS`.
    """
    names = np.unique(judged.videos)
    if len(names) < FOLDS:
        return None
    fold_of_name = np.random.default_rng(seed).permutation(len(names)) % FOLDS
    folds = fold_of_name[np.searchsorted(names, judged.videos)]
    calibrated = np.empty_like(judged.confidence)
    for fold in range(FOLDS):
        here = folds == fold
        said, right = _fitted(judged.confidence[~here], judged.right[~here])
        calibrated[here] = np.interp(judged.confidence[here], said, right)
    return calibrated


def _fitted(confidence: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The knots of the map: places, rising, and values, never falling."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    groups = list(_neighbours(confidence))
    sizes = np.array([group.stop - group.start for group in groups], np.float64)
    said = np.array([confidence[group].mean() for group in groups])
    shares = np.array([right[group].mean() for group in groups])
    values = isotonic_regression(shares, weights=sizes).x
    least = 1 / (len(confidence) + 2)
    values = np.clip(values, least, 1 - least)
    inside = np.zeros(len(values), np.bool_)  # of a level stretch, whose ends say it all
    inside[1:-1] = (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:])
    return said[~inside], values[~inside]


def _neighbours(rising: Floats) -> Iterator[slice]:
    """Stretches of at least `_NEIGHBOURS` values, if there are so many; equal ones together."""
    ends = np.append(np.nonzero(np.diff(rising))[0] + 1, len(rising))
    start = 0
    for end in ends:
        rest = len(rising) - end
        if end - start >= _NEIGHBOURS and (rest >= _NEIGHBOURS or rest == 0):
            yield slice(start, int(end))
            start = int(end)
    if start < len(rising):
        yield slice(start, len(rising))
