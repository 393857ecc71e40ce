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
