"""What the page asks for and says, as it must be written; anything else is refused."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipeline.reviews import Verdict

Queue = Literal["todo", "audit", "disputed", "mine", "all"]

MOST_ROWS = 200
MOST_TEXT = 20_000  # characters, as a decision holds

Operator = Literal[
    "contains", "is", "is not", "at least", "at most", "is empty", "is not empty", "is true",
    "is false",
]  # fmt: skip


def _is_a_name(name: str) -> str:
    if name != name.strip() or not name.isprintable():
        raise ValueError("a name has no spaces around it and no characters that cannot be seen")
    return name


ReviewerName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_is_a_name)]
_Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Text = Annotated[str, Field(max_length=MOST_TEXT)]
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Filter(_Asked):
    """What must hold of a column."""

    column: Annotated[str, Field(max_length=200)]
    operator: Operator
    value: Annotated[str, Field(max_length=1000)] = ""


class AskedQueue(_Asked):
    """A page of a queue."""

    reviewer: ReviewerName
    queue: Queue = "todo"
    search: Annotated[str, Field(max_length=1000)] = ""
    filters: Annotated[tuple[Filter, ...], Field(max_length=20)] = ()
    where: Annotated[str, Field(max_length=10_000)] = ""
    sort: Annotated[str, Field(max_length=200)] = "doubt"
    descending: bool = True
    offset: Annotated[int, Field(ge=0, le=2**31)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50


class Said(_Asked):
    """A decision as the page sends it: what the person let stand or wrote, whole.

    `version` is that of the row that was shown, see `pipeline.review.detail`.
    """

    id: _Id
    unit: Annotated[str, Field(min_length=1, max_length=5000)]
    version: Annotated[str, Field(max_length=200)]
    reviewer: ReviewerName
    verdict: Verdict
    labels: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
                      Field(max_length=100)] | None = None  # fmt: skip
    description: _Text | None = None
    text: _Text | None = None
    start_s: _Seconds | None = None
    end_s: _Seconds | None = None
    speaker_track: Annotated[int, Field(ge=0)] | None = None
    comment: _Text = ""
    seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 0.0
    withdraws: _Id | None = None
