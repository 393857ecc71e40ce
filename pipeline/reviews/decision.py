"""One decision of one person on one utterance or window."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from pipeline.evaluation.answers import clean_labels

Verdict = Literal["accepted", "corrected", "rejected", "unsure", "commented", "withdrawn"]
Task = Literal["review", "audit", "double", "adjudication"]

_Text = Annotated[str, Field(max_length=20_000)]
_Label = Annotated[str, Field(min_length=1, max_length=200)]
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _new_id() -> str:
    return uuid4().hex


def _now() -> datetime:
    return datetime.now(UTC)


class Decision(BaseModel):
    """What a reviewer says of an utterance, or of a window as a whole.

    It holds what the person let stand or wrote, whole, and not the difference to the row that it
    was said of: rows may be made anew.

    Attributes:
        id: 32 hex digits, its own.
        at: when it was made.
        reviewer: who made it.
        video_id: as in the row.
        window_index: of the window that was shown.
        utterance_index: of the utterance; None: it is of the window as a whole.
        row_start_s: where what was shown began, seconds of the file.
        row_end_s: where it ended.
        config_hash: of the row that was shown.
        verdict: `accepted`: the row is right as it is; `corrected`: it is right with what is given
            here; `rejected`: it is to be left out; `unsure`: this person cannot tell; `commented`:
            a remark alone, which decides nothing; `withdrawn`: the decision `withdraws` of the
            same person is taken back.
        labels: the emotions that hold, in small letters, each once; empty: none can be named.
            None where nothing was decided.
        description: likewise, the description.
        text: likewise, what is said; None: nothing was decided of it.
        start_s: where the utterance begins, as corrected; None: as the row has it.
        end_s: where it ends, likewise.
        speaker_track: the face that speaks or is meant, as corrected; None: as the row has it.
        comment: a remark.
        seconds: how long the person looked at it.
        task: why it was shown: `review`, in the order of doubt; `audit`, drawn at random; `double`,
            to be decided by two who do not see each other's; `adjudication`, because others differ.
        source: the program that it was made with: `review`, `label-studio` or `csv`.
        withdraws: the `id` of the decision that is taken back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] = Field(default_factory=_new_id)
    at: AwareDatetime = Field(default_factory=_now)
    reviewer: Annotated[str, Field(min_length=1, max_length=100)]
    video_id: Annotated[str, Field(min_length=1, max_length=4096)]
    window_index: Annotated[int, Field(ge=0)]
    utterance_index: Annotated[int, Field(ge=0)] | None = None
    row_start_s: float
    row_end_s: float
    config_hash: str = ""
    verdict: Verdict
    labels: Annotated[tuple[_Label, ...], Field(max_length=100)] | None = None
    description: _Text | None = None
    text: _Text | None = None
    start_s: _Seconds | None = None
    end_s: _Seconds | None = None
    speaker_track: Annotated[int, Field(ge=0)] | None = None
    comment: _Text = ""
    seconds: _Seconds = 0.0
    task: Task = "review"
    source: Literal["review", "label-studio", "csv"] = "review"
    withdraws: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None

    @field_validator("labels", mode="after")
    @classmethod
    def _as_rows_have_them(cls, labels: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if labels is None else clean_labels(labels)

    @model_validator(mode="after")
    def _is_whole(self) -> "Decision":
        if (self.verdict == "withdrawn") != (self.withdraws is not None):
            raise ValueError("`withdraws` belongs to the verdict `withdrawn`, and to no other")
        start_s = self.row_start_s if self.start_s is None else self.start_s
        end_s = self.row_end_s if self.end_s is None else self.end_s
        if end_s < start_s:
            raise ValueError("it ends before it begins")
        return self

    @property
    def unit(self) -> tuple[str, int | None, int]:
        """What it is of: the video, the utterance and, for a window as a whole, the window."""
        of_window = self.window_index if self.utterance_index is None else -1
        return self.video_id, self.utterance_index, of_window
