"""Scores as a person reads them."""

from pipeline.evaluation.intervals import Estimate


def number(value: float | None, most: float) -> str:
    """A score of 0..100 with one decimal, one of 0..1 with three; "–" where there is none."""
    if value is None:
        return "–"
    return f"{value:.1f}" if most == 100 else f"{value:.3f}"


def interval(estimate: Estimate, most: float) -> str:
    """The ends of the interval; "" where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{number(estimate.low, most)} to {number(estimate.high, most)}"


def share(part: float) -> str:
    """0..1 as percent."""
    return f"{100 * part:.0f} %"
