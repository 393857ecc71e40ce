"""What is left wrong when only the surest answers are kept: risk against coverage.

Sources: El-Yaniv and Wiener, "On the foundations of noise-free selective classification" (2010);
Geifman and others, arXiv 1805.08206, for the area under the curve (AURC).
"""

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.overlaps import Floats


@dataclass(frozen=True)
class RiskCoverage:
    """A point for each distinct confidence, the surest first; equally sure answers go together.

    Attributes:
        threshold: float64 [t], falling; answers at least as sure are kept.
        coverage: float64 [t], rising; the share of kept answers among all rows that were asked for.
            A row without an answer is never covered, so the curve may end below 1.
        risk: float64 [t], the share of wrong ones among those kept.
    """

    threshold: Floats
    coverage: Floats
    risk: Floats

    def within(self, budget: float) -> "OperatingPoint | None":
        """The point of the largest coverage whose risk is at most `budget`; None: there is none.

        It is read from the same rows that it speaks of: on others the risk may be higher.
        """
        (allowed,) = np.nonzero(self.risk <= budget)
        if not len(allowed):
            return None
        at = allowed[-1]
        return OperatingPoint(
            float(self.threshold[at]), float(self.coverage[at]), float(self.risk[at])
        )


@dataclass(frozen=True)
class OperatingPoint:
    """What comes of keeping answers with a confidence of at least `threshold`; all 0..1."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(confidence: Floats, right: Floats, asked: int) -> RiskCoverage:
    """The curve.

    Args:
        confidence: float64 [n], 0..1, of the rows that were answered.
        right: float64 [n], 0..1.
        asked: the rows in all, at least n.
    """
    threshold, kept, wrong = _cumulated(confidence, right, np.ones(len(confidence)))
    return RiskCoverage(threshold, kept / max(asked, 1), wrong / np.maximum(kept, 1))


def aurc(confidence: Floats, right: Floats, weights: Floats | None = None) -> Floats:
    """The mean risk over keeping the 1, 2, ... n surest answers, 0..1; 0 of none.

    Answers of equal confidence are taken in every order, and the mean of these orders is the
    result: it does not depend on the order of the rows. A confidence that says nothing gives about
    the share of wrong answers. Rows without an answer do not count: see the coverage beside it.

    Args:
        confidence: float64 [n].
        right: float64 [n], 0..1.
        weights: how often each answer counts, [..., n], whole numbers; None: each once.

    Returns:
        [...].
    """
    from scipy.special import digamma

    once = np.ones(len(confidence)) if weights is None else weights
    _, kept, wrong = _cumulated(confidence, right, once)
    if not kept.shape[-1]:
        return np.zeros(once.shape[:-1])
    before, wrong_before = _shifted(kept), _shifted(wrong)
    size, wrong_here = kept - before, wrong - wrong_before
    share = wrong_here / np.maximum(size, 1)
    # The sum over j = 1..size of (wrong_before + share j) / (before + j), by harmonic numbers.
    harmonic = digamma(kept + 1) - digamma(before + 1)
    risks = wrong_here + (wrong_before - share * before) * harmonic
    area: Floats = risks.sum(axis=-1) / np.maximum(kept[..., -1], 1)
    return area


def _cumulated(confidence: Floats, right: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Distinct confidences, falling [t]; how many are at least as sure, and wrong: [..., t]."""
    falling = np.argsort(-confidence, kind="stable")
    ordered = confidence[falling]
    (last,) = np.nonzero(np.append(ordered[1:] != ordered[:-1], len(ordered) > 0))
    kept = np.cumsum(weights[..., falling], axis=-1)[..., last]
    wrong = np.cumsum((weights * (1 - right))[..., falling], axis=-1)[..., last]
    return ordered[last], kept, wrong


def _shifted(cumulated: Floats) -> Floats:
    """The same one step before, from 0 on."""
    return np.concatenate([np.zeros_like(cumulated[..., :1]), cumulated[..., :-1]], axis=-1)
