"""Frames and faces of a window as JPEG pictures."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.chat.config import ChatConfig
from stages.rows import Row

_MAIN_TRACK = 0
_TELLING = ("micro", "macro")  # blinks and the movements of speech tell little of a feeling
_BESIDE_S = 0.75  # a face often tells a feeling just before or after the words


@dataclass(frozen=True)
class Picture:
    """A picture and what it shows.

    Attributes:
        jpeg: its bytes.
        times_s: of what it shows, from left to right, on the file's clock.
        event: of `stages.rows.EVENT`, where it shows one.
    """

    jpeg: bytes
    times_s: tuple[float, ...]
    event: Mapping[str, Any] | None = None

    @property
    def url(self) -> str:
        """It as a data URL."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.jpeg).decode('ascii')}"


def frames(row: Row, config: ChatConfig) -> list[Picture]:
    """At most `chat.frames` global frames of the window, evenly chosen."""
    count = min(config.frames, len(row["frame_times_s"]))
    chosen = _evenly(len(row["frame_times_s"]), count)
    return [
        Picture(_jpeg(row["frames"][at], config, config.frame_px), (row["frame_times_s"][at],))
        for at in chosen
    ]


def face_strips(row: Row, index: int | None, config: ChatConfig) -> list[Picture]:
    """The face that is asked about: at even times, and where it moved most surely.

    Args:
        row: the window, with the columns of `faces` and `evidence` or without.
        index: of the utterance that is asked about: then its speaker's face, while it lasts; None:
            the main face, all the while.
        config: the section.
    """
    about = row if index is None else row["utterances"][index]
    known = about.get("speaker_track")
    track = _MAIN_TRACK if known is None else known
    crops = _Crops.of(row, track)
    even = _even_strip(crops, about, config)
    moved = [_event_strip(crops, event, config) for event in _events(row, track, about, config)]
    return [picture for picture in (even, *moved) if picture is not None]


@dataclass(frozen=True)
class _Crops:
    """The crops of one face, in order of time."""

    crops: "NDArray[np.uint8]"  # [n, 112, 112, 3]
    times_s: "NDArray[np.float64]"

    @classmethod
    def of(cls, row: Row, track: int) -> "_Crops":
        if row.get("crops") is None:
            return cls(np.zeros((0, 1, 1, 3), np.uint8), np.zeros(0))
        own = np.array(row["crop_track_ids"], dtype=np.int64) == track
        return cls(row["crops"][own], np.array(row["crop_times_s"], dtype=np.float64)[own])

    def within(self, start_s: float, end_s: float) -> "_Crops":
        inside = (self.times_s >= start_s) & (self.times_s < end_s)
        return _Crops(self.crops[inside], self.times_s[inside])

    def nearest(self, times_s: Sequence[float]) -> list[int]:
        return [int(np.abs(self.times_s - time_s).argmin()) for time_s in times_s]

    def strip(self, chosen: Sequence[int], config: ChatConfig) -> tuple[bytes, tuple[float, ...]]:
        picture = np.hstack([self.crops[at] for at in chosen])
        return _jpeg(picture, config), tuple(float(self.times_s[at]) for at in chosen)


def _even_strip(crops: _Crops, about: Mapping[str, Any], config: ChatConfig) -> Picture | None:
    inside = crops.within(about["start_s"], about["end_s"])
    count = min(config.face_crops, len(inside.times_s))
    if not count:
        return None
    wanted = np.linspace(inside.times_s[0], inside.times_s[-1], count)
    chosen = sorted(set(inside.nearest(wanted.tolist())))
    return Picture(*inside.strip(chosen, config))


_NEAR_S = 0.05  # a crop further from a time than this does not show it


def _event_strip(crops: _Crops, event: Mapping[str, Any], config: ChatConfig) -> Picture | None:
    """Onset, apex and offset of an event; of a face without crops, the strip that was kept."""
    times_s = (event["onset_s"], event["apex_s"], event["offset_s"])
    if len(crops.times_s):
        chosen = crops.nearest(times_s)
        if all(
            abs(crops.times_s[at] - time_s) <= _NEAR_S
            for at, time_s in zip(chosen, times_s, strict=True)
        ):
            return Picture(*crops.strip(chosen, config), event)
    return Picture(event["strip"], times_s, event) if event.get("strip") else None


def _events(
    row: Row, track: int, about: Mapping[str, Any], config: ChatConfig
) -> list[Mapping[str, Any]]:
    """The surest of what the face did then, in order of time."""
    events = [*(row.get("micro_events") or []), *(row.get("face_events") or [])]
    found = [
        event
        for event in events
        if event["kind"] in _TELLING
        and event["track_id"] == track
        and event["onset_s"] < about["end_s"] + _BESIDE_S
        and event["offset_s"] > about["start_s"] - _BESIDE_S
    ]
    surest = sorted(found, key=lambda event: (-(event["confidence"] or 0.0), event["apex_s"]))
    return sorted(surest[: config.event_strips], key=lambda event: event["apex_s"])


def _evenly(there: int, count: int) -> list[int]:
    """`count` of the numbers below `there`, in the middle of as many equal parts."""
    return [int((at + 0.5) * there / count) for at in range(count)]


def _jpeg(picture: "NDArray[np.uint8]", config: ChatConfig, most_px: int | None = None) -> bytes:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture))
    if most_px is not None and max(image.size) > most_px:
        image.thumbnail((most_px, most_px), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=config.jpeg_quality)
    return file.getvalue()
