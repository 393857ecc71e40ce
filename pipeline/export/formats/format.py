"""What a format of an export is."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa

from pipeline.catalogue import Level
from pipeline.export.order import Media, Order
from pipeline.export.output import Output
from pipeline.export.unit import Clip, ExportedVideo, Unit


class Format(ABC):
    """Writes videos and their units in the form of another program. A new one for each export.

    Attributes:
        purpose: what it is for, in a line.
        has_row_clips: whether the media of a row is a clip of that row alone, as training wants it:
            then the source itself will do only where the row is all of it.
        media: what is done with media unless it is asked for.
        level: what a row is unless it is asked for.
        is_told_by_clip: whether second 0 of a description is that of the row's clip; else it is
            that of the window, as in the rows, because what is written may come back to them.
        media_by_split: whether copies and cuts lie in a folder for each split, and not in `media`.
    """

    purpose: ClassVar[str]
    has_row_clips: ClassVar[bool] = False
    media: ClassVar[Media] = "link"
    level: ClassVar[Level] = "utterance"
    is_told_by_clip: ClassVar[bool] = True
    media_by_split: ClassVar[bool] = False

    def __init__(self, output: Output, order: Order, columns: pa.Schema) -> None:
        """
        Args:
            output: where the files go.
            order: what was asked for.
            columns: of the rows of the units.
        """
        self.output = output
        self.order = order
        self.columns = columns
        self.notes: Counter[str] = Counter()

    def note(self, sentence: str, count: int = 1) -> None:
        """Take down what the format cannot hold, to be told at the end.

        Args:
            sentence: what, after the number: `rows without labels are not in it`.
            count: of how many.
        """
        self.notes[sentence] += count

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        """Why a unit cannot stand in this format, in words that many share; "": it can.

        Asked before its media are seen to: its clip is the source.
        """
        return ""

    def place_of(self, clip: Clip) -> str:
        """Where a clip of this export is, as `stages.media.open_media` takes it."""
        return clip.uri if self.order.media == "link" else self.output.place_of(clip.uri)

    @property
    def advice(self) -> Sequence[str]:
        """What one who loads the files should know of these, a line each; after `finish`."""
        return [f"{count} {sentence}" for sentence, count in (+self.notes).items()]

    @abstractmethod
    def add(self, video: ExportedVideo) -> None:
        """Take a video; videos come in the order of their ids, each once.

        Raises:
            stages.faults.SetupError: a file cannot be written.
        """

    @abstractmethod
    def finish(self) -> None:
        """Write what is still to be written.

        Raises:
            stages.faults.SetupError: a file cannot be written, or there was nothing to write.
        """
