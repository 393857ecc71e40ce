"""What the page says of confidences."""

from dataclasses import dataclass

from pipeline.evaluation.numbers import number, share
from pipeline.evaluation.page.plots import Plot, reliability_plot, risk_plot
from pipeline.evaluation.page.readings import Reading, reading
from pipeline.evaluation.sureness import Sureness


@dataclass(frozen=True)
class SurenessView:
    """What is said of confidences."""

    scores: tuple[Reading, ...]
    reliability: Plot
    bins: tuple[tuple[str, ...], ...]
    risk: Plot
    budgets: tuple[tuple[str, ...], ...]
    held_out: str
    answered: str


def sureness_view(found: Sureness) -> SurenessView:
    """All of it, with both plots."""
    return SurenessView(
        scores=tuple(reading(score, 1) for score in found.scores),
        reliability=reliability_plot(found.bins),
        bins=tuple(
            (
                f"{one.low:.3f} to {one.high:.3f}",
                f"{one.confidence:.3f}",
                f"{one.right:.3f}",
                f"{one.count:,}",
            )
            for one in found.bins
        ),
        risk=risk_plot(found.curve),
        budgets=tuple(
            (
                share(one.risk),
                share(one.point.coverage) if one.point else "nothing",
                f"{one.point.threshold:.3f}" if one.point else "–",
                share(one.point.risk) if one.point else "–",
            )
            for one in found.budgets
        ),
        held_out=number(found.held_out_error, 1) if found.held_out_error is not None else "",
        answered=share(found.answered),
    )
