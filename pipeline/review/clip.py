"""What is played of a window: the video itself, or a cut of it that every browser can play."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from stages.faults import DataFault
from stages.file_state import FileState, differing, state_of
from stages.media import open_media, video_stream
from stages.start import formats_of, timeline_origin_s

_PICTURES: Mapping[str, frozenset[str]] = {
    "video/mp4": frozenset({"h264", "vp9", "av1"}),
    "video/webm": frozenset({"vp8", "vp9", "av1"}),
}
_SOUNDS: Mapping[str, frozenset[str]] = {
    "video/mp4": frozenset({"aac", "mp3", "opus", "flac"}),
    "video/webm": frozenset({"opus", "vorbis"}),
}
_PIXELS = frozenset({"yuv420p", "yuvj420p"})
_LATEST_START_S = 0.1  # browsers take the clock of such a file as it is

State = Literal["source", "cut", "gone"]


@dataclass(frozen=True)
class Clip:
    """The part of a video that a window is of.

    Attributes:
        uri: of the video.
        known: the state of its file when the row was made; None: nobody noted it.
        start_s: where the window begins, seconds of the file.
        end_s: where it ends.
    """

    uri: str
    known: FileState | None
    start_s: float
    end_s: float

    def now(self) -> FileState | None:
        """The state of the file as it is; None: it cannot be had."""
        return state_of(self.uri)

    def media_type(self) -> str | None:
        """How a browser is told of the video; None: it plays a cut instead.

        Raises:
            DataFault: it cannot be opened.
        """
        return playable_type(self.uri, repr(self.now()))

    def told(self) -> dict[str, Any]:
        """For the page: how it is played, `offset_s` of its clock, and what is wrong with it.

        `replaced` says how the file is another one than the row was made of, "" where it is not.
        """
        now = self.now()
        try:
            kind: State = "source" if self.media_type() else "cut"
            trouble = ""
        except DataFault as fault:
            kind, trouble = "gone", fault.message
        return {
            "kind": kind,
            "trouble": trouble,
            "replaced": differing(self.known, now),
            "has_other_size": now is not None and _size(now) != _size(self.known),
            "offset_s": self.start_s if kind == "cut" else 0.0,
        }


def _size(state: FileState | None) -> int | None:
    return None if state is None else state["size_bytes"]


@lru_cache(maxsize=4096)
def playable_type(uri: str, state: str) -> str | None:
    """The media type of a video that browsers play as it is, else None.

    Args:
        uri: of it.
        state: of the file: another one is looked at again.

    Raises:
        DataFault: it cannot be opened.
    """
    del state
    with open_media(uri) as container:
        kind = _container_type(formats_of(container), uri)
        stream = video_stream(container)
        if kind is None or stream is None or stream.codec_context is None:
            return None
        sounds = {sound.codec_context.name for sound in container.streams.audio[:1]}
        is_played = (
            stream.codec_context.name.removeprefix("lib") in _PICTURES[kind]
            and stream.codec_context.pix_fmt in _PIXELS
            and sounds <= _SOUNDS[kind]
            and abs(timeline_origin_s(container)) < _LATEST_START_S
        )
        return kind if is_played else None


def _container_type(formats: set[str], uri: str) -> str | None:
    if "mp4" in formats:
        return "video/mp4"
    return "video/webm" if "webm" in formats and uri.lower().endswith(".webm") else None
