"""The clips of a video, each with what is said and seen in it, for formats with a file a clip."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.export.unit import Clip, ExportedVideo, Unit

Event = Mapping[str, Any]


@dataclass(frozen=True)
class ClipOfVideo:
    """A file of a video: the whole, or the cut of a unit.

    Attributes:
        name: what files about it are called, unlike any other's.
        clip: the file.
        video: what it is of.
        units: what is exported of it, in order of time.
    """

    name: str
    clip: Clip
    video: ExportedVideo
    units: Sequence[Unit]

    def at(self, time_s: float) -> float:
        """A time of the source, seconds, as a time of the clip; 0 before its first frame."""
        return max(time_s - self.clip.begins_s, 0.0)

    @property
    def duration_s(self) -> float:
        """How long it is, seconds; of a cut as long as its unit."""
        if self.clip.is_whole:
            return float(self.video.media.get("duration_s") or 0.0)
        return self.at(self.units[0].end_s)

    @property
    def frame_count(self) -> int:
        """How many frames it has, by its length and frame rate; 0 where these are not known."""
        return round(self.duration_s * self.clip.fps)

    def first_frame(self, time_s: float) -> int:
        """The frame on display at a time of the source, from 1."""
        return int(self.at(time_s) * self.clip.fps + _PART_OF_A_FRAME) + 1

    def last_frame(self, start_s: float, end_s: float) -> int:
        """The last frame that begins before `end_s` of the source, from 1; never before the first.

        Args:
            start_s: where the span begins whose end it is.
            end_s: where it ends.
        """
        frames = -int(-(self.at(end_s) * self.clip.fps - _PART_OF_A_FRAME) // 1)
        return max(frames, self.first_frame(start_s))

    @property
    def looks_for_events(self) -> bool:
        """Whether anybody looked for what faces do."""
        return any(window["micro_events"] is not None for window in self.video.windows)

    def events(self, *kinds: str) -> list[Event]:
        """What faces did that began in the clip, in order of time.

        Args:
            kinds: those of `docs/output.md`; none: all.
        """
        found = [
            event
            for window in self.video.windows
            for column in ("micro_events", "face_events")
            for event in window[column] or ()
            if (not kinds or event["kind"] in kinds) and self._holds(event)
        ]
        return sorted(found, key=lambda event: (event["onset_s"], event["offset_s"]))

    def _holds(self, event: Event) -> bool:
        if self.clip.is_whole:
            return True
        unit = self.units[0]
        return bool(unit.start_s <= event["onset_s"] < unit.end_s)


_PART_OF_A_FRAME = 1e-6  # times of frames are fractions that binary numbers only come near


def clips_of(video: ExportedVideo) -> Iterator[ClipOfVideo]:
    """The video as a whole, or where units have clips of their own each of these."""
    if video.clip is not None:
        yield ClipOfVideo(video.stem, video.clip, video, video.units)
        return
    for unit in video.units:
        yield ClipOfVideo(stem_of(unit.clip), unit.clip, video, [unit])


def stem_of(clip: Clip) -> str:
    """The name of its file, without folders and suffix."""
    path = urlsplit(clip.uri).path if "://" in clip.uri else clip.uri
    return PurePosixPath(unquote(path) if "://" in clip.uri else path).stem


def without_frames(unit: Unit) -> str:
    """Why frames of a unit cannot be numbered; "": they can."""
    return "" if unit.clip.fps else "in a video without a known frame rate"


def action_units(event: Event) -> list[int]:
    """Numbers of FACS, ascending."""
    return sorted(event["action_units"] or ())


def as_code(units: Sequence[int]) -> str:
    """As in `AU1+2`; "" without any."""
    return f"AU{'+'.join(map(str, units))}" if units else ""
