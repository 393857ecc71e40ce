"""What whoever starts a review chooses for all who take part in it."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from pipeline.review.asked import ReviewerName
from stages.faults import SetupError

_NAME: TypeAdapter[str] = TypeAdapter(ReviewerName)


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

    def __post_init__(self) -> None:
        """
        Raises:
            SetupError: the reviewer's name is none.
        """
        if not self.reviewer:
            return
        try:
            _NAME.validate_python(self.reviewer)
        except ValidationError as fault:
            told = fault.errors()[0]["msg"].removeprefix("Value error, ")
            raise SetupError(f"--reviewer {self.reviewer!r}: {told}") from fault
