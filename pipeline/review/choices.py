"""What whoever starts a review chooses for all who take part in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewChoices:
    """
    Attributes:
        double: 0..1, the share of utterances that two reviewers decide who do not see each other.
        audit: how many are drawn at random, to measure how often the machine is right.
        reviewer: the name that the page proposes; "": none.
        shows_given: whether labels of the manifest are shown.
    """

    double: float = 0.0
    audit: int = 0
    reviewer: str = ""
    shows_given: bool = False
