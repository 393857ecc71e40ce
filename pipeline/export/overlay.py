"""A row with what a person made of it."""

from typing import Any

from pipeline.reviews.decision import Decision
from pipeline.reviews.standing import Standing
from stages.rows import Row


def overlaid(row: Row, standing: Standing | None) -> Row:
    """The row with the decision that holds of it, and with who decided.

    What the decision leaves open stays as the model gave it. Labels that a person stands behind
    have a confidence of 1.
    """
    told: Row = {
        "review": None if standing is None else standing.state,
        "reviewers": [] if standing is None else list(dict.fromkeys(standing.reviewers)),
    }
    if standing is None or standing.decision is None or not standing.is_usable:
        return {**row, **told}
    return {**row, **_decided(row, standing.decision), **told}


def _decided(row: Row, decision: Decision) -> Row:
    spans = {"start_s": decision.start_s, "end_s": decision.end_s}
    plain = {"description": decision.description, "text": decision.text, **spans}
    changed: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    if decision.speaker_track is not None:
        changed["speaker_track"] = decision.speaker_track
    if decision.labels is not None:
        labels = list(decision.labels)
        changed |= {
            "labels": labels,
            "label_confidence": [1.0] * len(labels),
            "label": labels[0] if labels else None,
            "confidence": 1.0 if labels else None,
            "label_agreement": None,
            "agreement": None,
            "abstained": not labels,
            "abstained_reason": None if labels else "reviewed",
        }
    merged = {**row, **changed}
    return {**changed, "duration_s": merged["end_s"] - merged["start_s"]}
