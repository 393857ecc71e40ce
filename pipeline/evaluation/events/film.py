"""What happens on the faces of a video: as a truth says it, or as a run spotted it."""

from dataclasses import dataclass

EXPRESSIONS = ("micro", "macro")
"""The kinds of events that show a feeling."""

BLINK = "blink"

Span = tuple[float, float]
"""Start and end, seconds on the clock of the file."""


@dataclass(frozen=True)
class FaceEvent:
    """A movement of a face.

    Attributes:
        kind: micro, macro, blink, gaze or speech.
        onset_s, apex_s, offset_s: last frame at rest, frame of the largest movement, first frame at
            rest again; seconds on the clock of the file.
        action_units: numbers of FACS; empty where they are not known.
        person: whose face; None where that is not known, as in every event that was spotted.
        in_view: whether the picture shows it; true of every event that was spotted.
    """

    kind: str
    onset_s: float
    apex_s: float
    offset_s: float
    action_units: frozenset[int] = frozenset()
    person: str | None = None
    in_view: bool = True

    @property
    def span_s(self) -> Span:
        """From onset to offset."""
        return self.onset_s, self.offset_s


@dataclass(frozen=True)
class Spoken:
    """From when to when a person speaks, seconds."""

    person: str | None
    start_s: float
    end_s: float


@dataclass(frozen=True)
class TrueFilm:
    """What is true of a video.

    Attributes:
        video_id: as the truth writes it.
        fps: frames a second, above 0.
        events: of every person.
        spoken: all of its utterances.
    """

    video_id: str
    fps: float
    events: tuple[FaceEvent, ...]
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True)
class SpottedFilm:
    """What a run spotted in a video, over all of its windows and tracks.

    Attributes:
        video_id: as the run writes it.
        seconds: how long the windows last that were searched.
        events: in no order.
    """

    video_id: str
    seconds: float
    events: tuple[FaceEvent, ...]


def overlap(one: Span, other: Span) -> float:
    """The time that two spans share, seconds; 0 where they do not meet."""
    return max(min(one[1], other[1]) - max(one[0], other[0]), 0.0)
