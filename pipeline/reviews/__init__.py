"""What people decide of the rows of a dataset."""

from pipeline.reviews.decision import Decision, Verdict
from pipeline.reviews.standing import Standing, standings
from pipeline.reviews.store import DecisionLog, DecisionReader, read_decisions

__all__ = [
    "Decision",
    "DecisionLog",
    "DecisionReader",
    "Standing",
    "Verdict",
    "read_decisions",
    "standings",
]
