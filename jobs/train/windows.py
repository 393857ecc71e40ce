"""The windows of a training: of several caches, and of words alone, as one list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union, overload

import numpy as np

from jobs.train.conversations import Targets
from jobs.train.shown import without_words
from pipeline.cached.windows import CachedWindows
from stages.rows import Row

_CROP = 112  # pixels, both sides


@dataclass(frozen=True)
class Filmed:
    """A window of a cache.

    Attributes:
        cache: that holds it.
        place: its number there.
        video_id: the name of its video among those of all sets.
        said: the words of its utterances.
    """

    cache: CachedWindows
    place: int
    video_id: str
    said: tuple[str, ...] = ()

    def row(self) -> Row:
        """The window with its frames and crops."""
        return {**self.cache[self.place], "video_id": self.video_id}

    def untouched(self) -> Row:
        """The window without frames and crops, which are not read."""
        return {**self.cache.without_tensors_at(self.place), "video_id": self.video_id}


@dataclass(frozen=True)
class Spoken:
    """What was said where there is no video: a window of one black frame, in which nobody is.

    Attributes:
        light: the columns of the window but for frames and crops.
        image_size: pixels, both sides.
    """

    light: Row
    image_size: int

    @property
    def video_id(self) -> str:
        """The name of the dialogue among the videos of all sets."""
        return str(self.light["video_id"])

    @property
    def said(self) -> tuple[str, ...]:
        """The words of its utterances."""
        return spoken_words(self.light)

    def untouched(self) -> Row:
        """The window without its frame."""
        return {**self.light, "frame_times_s": [self.light["start_s"]]}

    def row(self) -> Row:
        """The window with its frame."""
        return {
            **self.untouched(),
            "frames": np.zeros((1, self.image_size, self.image_size, 3), np.uint8),
            "crops": np.zeros((0, _CROP, _CROP, 3), np.uint8),
            "crop_times_s": [],
            "crop_track_ids": [],
        }


Telling = Union[Filmed, Spoken, "Retold", "Lessened"]
"""A window as it is or as it is told otherwise."""


@dataclass(frozen=True)
class Retold:
    """A window in which something else is said.

    Attributes:
        window: as it is.
        texts: what is said instead, by the place of the utterance; None: nobody wrote down what is.
    """

    window: "Telling"
    texts: Mapping[int, str] | None

    @property
    def video_id(self) -> str:
        """The name of its video among those of all sets."""
        return self.window.video_id

    @property
    def said(self) -> tuple[str, ...]:
        """The words of its utterances."""
        return spoken_words(self.untouched())

    def untouched(self) -> Row:
        """The window without frames and crops."""
        return self._retold(self.window.untouched())

    def row(self) -> Row:
        """The window with its frames and crops."""
        return self._retold(self.window.row())

    def _retold(self, row: Row) -> Row:
        if self.texts is None:
            return without_words(row)
        said = [
            {**one, "text": self.texts.get(place, one["text"])}
            for place, one in enumerate(row["utterances"] or [])
        ]
        return {**row, "utterances": said}


@dataclass(frozen=True)
class Lessened:
    """A window without something that is known of it.

    Attributes:
        window: as it is.
        without: takes it out of a row, and leaves words, frames and crops; a function of
            `jobs.train.shown`, or it could not be pickled.
    """

    window: "Telling"
    without: Callable[[Row], Row]

    @property
    def video_id(self) -> str:
        """The name of its video among those of all sets."""
        return self.window.video_id

    @property
    def said(self) -> tuple[str, ...]:
        """The words of its utterances."""
        return self.window.said

    def untouched(self) -> Row:
        """The window without frames and crops."""
        return self.without(self.window.untouched())

    def row(self) -> Row:
        """The window with its frames and crops."""
        return self.without(self.window.row())


@dataclass(frozen=True)
class Lesson:
    """A window, and what is true of it."""

    window: Telling
    targets: Targets

    @property
    def texts(self) -> list[str]:
        """What is said in each utterance of the window; "" where nobody wrote it down."""
        return [said["text"] or "" for said in self.window.untouched()["utterances"] or []]


def spoken_words(row: Row) -> tuple[str, ...]:
    """The words of a window's utterances, of those that have any."""
    return tuple(said["text"] for said in row["utterances"] or [] if said["text"])


class Rows(Sequence[Row]):
    """The rows of lessons, each read when it is asked for; may be pickled."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons

    def __len__(self) -> int:
        return len(self._lessons)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: Any) -> Any:
        """A row, or a list of rows that are read when they are asked for."""
        if isinstance(place, slice):
            return Rows(self._lessons[place])
        return self._lessons[place].window.row()
