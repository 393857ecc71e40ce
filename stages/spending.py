"""What the rows of a dataset have cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spending:
    """What has been spent on a dataset before a stage was built.

    Attributes:
        dataset: where it is written to; of whoever pays for an answer, half of the name.
        before: money, as the rows and failures that stand there say.
    """

    dataset: str = ""
    before: float = 0.0


def limit_reached(spent: float, limit: float, currency: str) -> str:
    """What is told when `chat.max_cost` ends a run."""
    return (
        f"chat.max_cost: {spent:.4g} of {limit:g} {currency} are spent on this folder, and more "
        "might pass the limit. What is finished is kept: raise chat.max_cost, and the same command "
        "goes on from there."
    )
