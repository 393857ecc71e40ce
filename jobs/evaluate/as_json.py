"""A verdict as plain data for JSON."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pipeline.evaluation.events.scoring import NOT_COMPARABLE, EventScores
from pipeline.evaluation.scoring import Scored
from pipeline.evaluation.sureness import Sureness
from pipeline.evaluation.verdict import Verdict


def plain(verdict: Verdict) -> dict[str, Any]:
    """Everything that the verdict says: scores of labels 0..100, of confidences 0..1."""
    confusion, use = verdict.confusion, verdict.label_use
    return {
        "predictions": verdict.predictions,
        "truth": verdict.truth,
        "wheels": verdict.wheels,
        "groups": verdict.groups,
        "cautions": verdict.cautions,
        "notices": verdict.notices,
        "counts": asdict(verdict.counts),
        "labels": _scores(verdict.scores),
        "label_use": asdict(use),
        "parts": [asdict(part) for part in verdict.parts],
        "confusion": {
            "true": confusion.rows,
            "predicted": confusion.columns,
            "counts": confusion.counts.tolist(),
        },
        "confidence": None if verdict.sureness is None else _sureness(verdict.sureness),
        "agreement": None if verdict.agreement is None else asdict(verdict.agreement),
        "events": None if verdict.events is None else plain_events(verdict.events),
    }


def plain_events(scores: EventScores) -> dict[str, Any]:
    """Everything that is said of facial events: scores 0..1, rates a minute, times in frames."""
    return {"note": NOT_COMPARABLE, **asdict(scores)}


def _sureness(found: Sureness) -> dict[str, Any]:
    curve = found.curve
    return {
        "labels": found.labels,
        "answered": found.answered,
        "scores": _scores(found.scores),
        "held_out_error": found.held_out_error,
        "reliability": [asdict(one) for one in found.bins],
        "risk_coverage": {
            "threshold": curve.threshold.tolist(),
            "coverage": curve.coverage.tolist(),
            "risk": curve.risk.tolist(),
        },
        "budgets": [asdict(one) for one in found.budgets],
    }


def _scores(scores: Iterable[Scored]) -> dict[str, Any]:
    return {score.key: asdict(score.estimate) for score in scores}
