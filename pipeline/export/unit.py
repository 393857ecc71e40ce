"""What is exported: utterances or windows of a video, with all that stands of them in the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.reviews.standing import Standing
from stages.rows import Row


@dataclass(frozen=True)
class Answer:
    """What is said of a row, by the model or by a person."""

    description: str | None
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Clip:
    """The media of a unit.

    Attributes:
        uri: a path relative to the export, or what the row names as its source.
        begins_s: where its first frame stands in the source; what is at t seconds of the source is
            at `t - begins_s` of it.
        fps: frames a second, 0 where nothing tells.
        has_audio: it has sound.
        is_whole: it is the whole source, not a cut of it.
    """

    uri: str
    begins_s: float = 0.0
    fps: float = 0.0
    has_audio: bool = False
    is_whole: bool = True


@dataclass(frozen=True)
class Unit:
    """An utterance or a window, as it is to be exported.

    Attributes:
        row: its columns of `pipeline.catalogue.columns`, with what a person corrected in place of
            the machine's own, and `review`, `reviewers` and `split`.
        window: the row of `annotations` that it is of, see `pipeline.export.videos` for the
            columns; of the machine, and so are its utterances.
        machine: what the model said.
        standing: what people decided; None: nobody did, or it was not asked for.
        clip: its media.
        name: what its files are called, unlike any other unit's.
    """

    row: Row
    window: Mapping[str, Any]
    machine: Answer
    standing: Standing | None
    clip: Clip
    name: str

    @property
    def unit_id(self) -> str:
        """As `unit_id` of the row."""
        return str(self.row["unit_id"])

    @property
    def start_s(self) -> float:
        """Where it begins, seconds of the source."""
        return float(self.row["start_s"])

    @property
    def end_s(self) -> float:
        """Where it ends, seconds of the source."""
        return float(self.row["end_s"])

    @property
    def labels(self) -> tuple[str, ...]:
        """The emotions; empty where there is none to name."""
        return tuple(self.row["labels"] or ())

    @property
    def description(self) -> str:
        """The clues in words; "" without any."""
        return self.row["description"] or ""

    @property
    def text(self) -> str:
        """What is said; "" where nothing is known."""
        return self.row["text"] or ""

    @property
    def extra(self) -> dict[str, str]:
        """Columns of the manifest that MicroEmo does not know."""
        return dict(self.row["extra"] or ())

    @property
    def split(self) -> str:
        """`train`, or the one it was dealt to."""
        return str(self.row["split"])

    @property
    def confidence(self) -> float | None:
        """Of the first label, 0 to 1; 1 where a person stands behind it."""
        value: float | None = self.row["confidence"]
        return value


@dataclass(frozen=True)
class ExportedVideo:
    """A video with those of its units that were chosen.

    Attributes:
        video_id: as in the rows.
        stem: what the names of its files begin with, unlike any other video's.
        uri: where it was read from.
        media: as in the rows: `duration_s, fps, width, height, has_audio, has_video`.
        windows: rows of `annotations` of the units, each once, in order of time.
        units: in order of time.
        clip: the media of the video as a whole; None where each unit has a cut of its own.
    """

    video_id: str
    stem: str
    uri: str
    media: Mapping[str, Any]
    windows: Sequence[Mapping[str, Any]]
    units: Sequence[Unit] = field(default_factory=tuple)
    clip: Clip | None = None
