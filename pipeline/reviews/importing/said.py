"""What a person says of a row in the file of another program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.reviews.decision import Decision, Task, Verdict
from pipeline.reviews.standing import unit_of
from stages.rows import Row


@dataclass(frozen=True)
class Said:
    """A decision before its row is found. What is None was not said: then the row's own holds.

    Attributes:
        place: where it stands, for messages: the line, or the number of the annotation.
        source: the program.
        reviewer: who said it.
        unit_id: of the row, as in the catalogue; None: `video_id` and `utterance_index` name it.
        video_id: of the video.
        utterance_index: of the utterance.
        verdict: None: `accepted` where all that is said is as in the row, else `corrected`.
        labels: the emotions; empty: none can be named.
        description: the clues.
        text: what is said.
        start_s: where it begins, seconds of the file.
        end_s: where it ends.
        speaker_track: the face that speaks.
        comment: a remark.
        seconds: how long the person took.
        task: see `Decision`.
        at: when it was made; None: the file does not say.
        shown: begin and end of the row that the person saw; None: the file does not say.
        config_hash: of the row that the person saw; None likewise.
    """

    place: str
    source: Literal["label-studio", "csv"]
    reviewer: str
    unit_id: str | None = None
    video_id: str | None = None
    utterance_index: int | None = None
    verdict: Verdict | None = None
    labels: tuple[str, ...] | None = None
    description: str | None = None
    text: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    speaker_track: int | None = None
    comment: str = ""
    seconds: float = 0.0
    task: Task = "review"
    at: datetime | None = None
    shown: tuple[float, float] | None = None
    config_hash: str | None = None

    @property
    def name(self) -> str:
        """What a person finds the row by."""
        return self.unit_id or f"{self.video_id}#u{self.utterance_index}"

    def differs_from(self, row: Row) -> bool:
        """Whether it says anything else than the row does."""
        own = {name: row[name] for name in ("description", "text", "speaker_track")}
        own |= {"start_s": row["start_s"], "end_s": row["end_s"]}
        others = any(
            said is not None and said != ("" if value is None and isinstance(said, str) else value)
            for said, value in ((getattr(self, name), value) for name, value in own.items())
        )
        return others or (self.labels is not None and set(self.labels) != set(row["labels"] or ()))

    def decision(self, row: Row) -> Decision:
        """The decision on that row, whole.

        Raises:
            ValueError: it contradicts itself, or a value is not one that a decision can have.
        """
        verdict = self.verdict or ("corrected" if self.differs_from(row) else "accepted")
        if verdict == "accepted" and self.differs_from(row):
            raise ValueError("accepts the row and says something else than the row does")
        start_s, end_s = self.shown or (row["start_s"], row["end_s"])
        video_id, utterance_index, _ = unit_of(row)
        told = {"at": self.at} if self.at is not None else {}
        return Decision.model_validate(
            {
                **told,
                "reviewer": self.reviewer,
                "video_id": video_id,
                "window_index": row["window_index"],
                "utterance_index": utterance_index,
                "row_start_s": start_s,
                "row_end_s": end_s,
                "config_hash": self.config_hash or row["config_hash"] or "",
                "verdict": verdict,
                **(self._content(row) if verdict in ("accepted", "corrected") else {}),
                "comment": self.comment,
                "seconds": self.seconds,
                "task": self.task,
                "source": self.source,
            }
        )

    def _content(self, row: Row) -> Row:
        """What is right: what was said, and else what the row has."""
        kept = {name: row[name] for name in ("labels", "description", "text")}
        said = {name: getattr(self, name) for name in kept}
        times = {"start_s": self.start_s, "end_s": self.end_s, "speaker_track": self.speaker_track}
        return {
            **{name: kept[name] if value is None else value for name, value in said.items()},
            **{name: value for name, value in times.items() if value != row[name]},
        }
