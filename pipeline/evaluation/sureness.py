"""What the confidences of a list of predictions are worth, by all measures at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.calibration import (
    ReliabilityBin,
    brier,
    calibration_error,
    equal_mass_cuts,
    equal_width_cuts,
    reliability,
)
from pipeline.evaluation.fitting import cross_fitted
from pipeline.evaluation.intervals import Resamples, Score
from pipeline.evaluation.judged import Judged
from pipeline.evaluation.overlaps import Floats
from pipeline.evaluation.scoring import Scored
from pipeline.evaluation.selective import OperatingPoint, RiskCoverage, aurc, risk_coverage

BUDGETS = (0.05, 0.1, 0.2, 0.3)
"""Shares of wrong answers that somebody may put up with."""


@dataclass(frozen=True)
class Budget:
    """The most that can be kept with at most the share `risk` of it wrong; None: nothing."""

    risk: float
    point: OperatingPoint | None


@dataclass(frozen=True)
class Sureness:
    """What the confidences are worth.

    Attributes:
        labels: predicted labels that were judged.
        answered: the share of rows with an answer to judge, 0..1.
        scores: of all these, 0..1.
        bins: of equal mass, rising.
        curve: of the surest label of each row.
        budgets: what can be kept within them.
        held_out_error: the calibration error that fits on other videos leave; None where
            there are too few videos.
    """

    labels: int
    answered: float
    scores: tuple[Scored, ...]
    bins: tuple[ReliabilityBin, ...]
    curve: RiskCoverage
    budgets: tuple[Budget, ...]
    held_out_error: float | None


def sureness(labels: Judged, answers: Judged, resamples: Resamples, seed: int) -> Sureness | None:
    """All measures; None where no label has a confidence and a truth to judge it by.

    Args:
        labels: every predicted label.
        answers: the surest label of each row.
        resamples: draws of the videos.
        seed: of the folds for `held_out_error`.
    """
    if not len(labels.confidence):
        return None
    cuts = equal_mass_cuts(labels.confidence)
    curve = risk_coverage(answers.confidence, answers.right, answers.asked)
    return Sureness(
        labels=len(labels.confidence),
        answered=len(answers.confidence) / max(answers.asked, 1),
        scores=(*_of_labels(labels, cuts, resamples), *_of_answers(answers, resamples)),
        bins=reliability(labels.confidence, labels.right, cuts),
        curve=curve,
        budgets=tuple(Budget(risk, curve.within(risk)) for risk in BUDGETS),
        held_out_error=_held_out_error(labels, seed),
    )


def _of_labels(labels: Judged, cuts: Floats, resamples: Resamples) -> list[Scored]:
    said, right, widths = labels.confidence, labels.right, equal_width_cuts()
    scores: list[tuple[str, str, Score]] = [
        (
            "ece_equal_mass",
            "calibration error, bins of equal mass",
            lambda w: calibration_error(said, right, cuts, w),
        ),
        (
            "ece_equal_width",
            "calibration error, bins of equal width",
            lambda w: calibration_error(said, right, widths, w),
        ),
        ("brier", "Brier score", lambda w: brier(said, right, w)),
    ]
    return _estimated(scores, labels, resamples)


def _of_answers(answers: Judged, resamples: Resamples) -> list[Scored]:
    said, right = answers.confidence, answers.right
    level = np.full_like(said, 0.5)
    scores: list[tuple[str, str, Score]] = [
        ("aurc", "area under risk-coverage", lambda w: aurc(said, right, w)),
        ("risk", "risk of all answers", lambda w: aurc(level, right, w)),
    ]
    return _estimated(scores, answers, resamples)


def _estimated(
    scores: Sequence[tuple[str, str, Score]], judged: Judged, resamples: Resamples
) -> list[Scored]:
    return [Scored(key, name, resamples.estimate(of, judged.videos)) for key, name, of in scores]


def _held_out_error(labels: Judged, seed: int) -> float | None:
    calibrated = cross_fitted(labels, seed)
    if calibrated is None:
        return None
    return float(calibration_error(calibrated, labels.right, equal_mass_cuts(calibrated)))
