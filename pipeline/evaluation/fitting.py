"""How often a model's labels are right, by its own probability, what was measured, and their class.

Logistic regression (Platt, 1999), whose weights a penalty keeps small: what few labels tell counts
little.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.judged import Judged
from pipeline.evaluation.overlaps import Floats
from stages.faults import SetupError
from stages.model import MEASURED, Calibration, FittedOn, LabelClass, log_odds

LEAST_LABELS = 50
"""Fewer say too little."""
FOLDS = 5
_PENALTY = 0.5  # of a weight's square: as if each were drawn from a normal distribution of width 1


@dataclass(frozen=True)
class _Fit:
    """The weights: level, sureness, of `MEASURED`, of the classes."""

    weights: Floats
    classes: tuple[str, ...]


def fit_calibration(judged: Judged, truth: str, model: str, wheels: str) -> Calibration:
    """What these labels teach.

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
    fit = _fitted(judged, np.ones(labels, np.bool_))
    level, sureness, *others = fit.weights.tolist()
    measured, classes = others[: len(MEASURED)], others[len(MEASURED) :]
    words = _words(judged)
    return Calibration(
        level=level,
        sureness=sureness,
        measured=dict(zip(MEASURED, measured, strict=True)),
        classes={
            name: LabelClass(weight=weight, words=words[name])
            for name, weight in zip(fit.classes, classes, strict=True)
        },
        fitted_on=FittedOn(
            truth=truth,
            labels=labels,
            videos=len(set(judged.videos)),
            model=model,
            wheels=wheels[:200],
        ),
    )


def cross_fitted(judged: Judged, seed: int) -> Floats | None:
    """Each confidence as labels of other videos teach: what a fit is worth on what it has not seen.

    Returns:
        float64 [n], 0..1; None where there are fewer videos than `FOLDS`.
    """
    from scipy.special import expit

    names = np.unique(judged.videos)
    if len(names) < FOLDS:
        return None
    fold_of_name = np.random.default_rng(seed).permutation(len(names)) % FOLDS
    folds = fold_of_name[np.searchsorted(names, judged.videos)]
    calibrated = np.empty_like(judged.confidence)
    for fold in range(FOLDS):
        here = folds == fold
        fit = _fitted(judged, ~here)
        calibrated[here] = expit(_columns(judged, fit.classes)[here] @ fit.weights)
    return calibrated


def _fitted(judged: Judged, among: npt.NDArray[np.bool_]) -> _Fit:
    """The weights that labels `among` all teach, by the classes that occur among them."""
    from scipy.optimize import minimize
    from scipy.special import expit

    names = {name for name, here in zip(judged.classes, among, strict=True) if here and name}
    classes = tuple(sorted(names))
    columns, right = _columns(judged, classes)[among], judged.right[among]

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = columns @ weights
        penalty = np.append(0.0, weights[1:])  # a level is none
        off = expit(odds) - right
        value = np.sum(np.logaddexp(0, odds) - right * odds) + _PENALTY * penalty @ penalty
        return float(value), columns.T @ off + 2 * _PENALTY * penalty

    # Among labels that are alike otherwise, a surer one is never to count for less.
    bounds = [(None, None), (0, None), *[(None, None)] * (columns.shape[1] - 2)]
    found = minimize(loss, np.zeros(columns.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    return _Fit(np.asarray(found.x, np.float64), classes)


def _columns(judged: Judged, classes: Sequence[str]) -> Floats:
    """What the weights are multiplied with, float64 [n, 2 + measured + classes]."""
    sure = [log_odds(confidence) for confidence in judged.confidence.tolist()]
    kinds = [[kind in own for kind in MEASURED] for own in judged.measured]
    named = [[name == own for name in classes] for own in judged.classes]
    parts = (np.ones((len(sure), 1)), np.array(sure)[:, None], kinds, named)
    return np.concatenate([np.reshape(part, (len(sure), -1)) for part in parts], axis=1).astype(
        np.float64
    )


def _words(judged: Judged) -> dict[str, tuple[str, ...]]:
    """The words of each class that the model has said."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, name in zip(judged.words, judged.classes, strict=True):
        if name is not None:
            found[name].add(word)
    return {name: tuple(sorted(words)) for name, words in found.items()}
