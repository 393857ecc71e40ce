"""What the rows of a dataset have cost."""

from collections.abc import Callable
from dataclasses import dataclass


def _nothing() -> float:
    return 0.0


@dataclass(frozen=True)
class Spending:
    """What has been spent on a dataset before a stage was built.

    Attributes:
        dataset: where it is written to; of whoever pays for an answer, half of the name.
        before: gives the money that the rows and failures there say; reading them takes time, so
            it is asked where there is a limit.
    """

    dataset: str = ""
    before: Callable[[], float] = _nothing


def limit_reached(spent: float, limit: float, currency: str) -> str:
    """What is told when `chat.max_cost` ends a run."""
    return (
        f"chat.max_cost: {spent:.4g} of {limit:g} {currency} are spent on this folder, and more "
        "might pass the limit. What is finished is kept: raise chat.max_cost, and the same command "
        "goes on from there."
    )
