"""One video before it has an id, and which files count as videos."""

import mimetypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from stages.faults import ErrorKind

VIDEO_SUFFIXES = frozenset(
    (
        ".3g2",
        ".3gp",
        ".asf",
        ".avi",
        ".divx",
        ".dv",
        ".f4v",
        ".flv",
        ".m1v",
        ".m2t",
        ".m2ts",
        ".m2v",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpe",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".ogm",
        ".ogv",
        ".qt",
        ".rm",
        ".rmvb",
        ".ts",
        ".vob",
        ".webm",
        ".wmv",
    )
)
"""What is taken from a folder, in any letter case. A file named by itself is always taken."""

TRANSCRIPT_SUFFIXES = frozenset((".srt", ".vtt", ".ass", ".ssa", ".json"))
"""Read by the transcribe stage beside their video: never videos themselves."""

LIST_SUFFIXES = frozenset((".txt",))
TABLE_SUFFIXES = frozenset((".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"))

_MEDIA_TYPES = mimetypes.MimeTypes()  # Python's own table, the same on every machine
_MEDIA_TYPES.add_type("text/markdown", ".md")


@dataclass(frozen=True)
class Source:
    """A video as an input names it.

    Attributes:
        uri: an absolute local path, or a URI that fsspec opens.
        depth: how many trailing parts of the path stand below the input root; they make the id.
        video_id: the id that a table gives, else None.
        extra: what a table says of it under names that are not known here.
        warnings: what the row should say of itself.
        error: kind and message, for a video that is already known to be unusable.
    """

    uri: str
    depth: int = 1
    video_id: str | None = None
    transcript_uri: str | None = None
    language: str | None = None
    utterances: list[dict[str, Any]] | None = None
    extra: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: tuple[ErrorKind, str] | None = None


@dataclass
class Found:
    """What a search through a folder or a glob found, and what it passed over."""

    videos: list[Source] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)  # files not named as videos, by suffix
    unreadable: list[str] = field(default_factory=list)  # folders
    outside: list[str] = field(default_factory=list)  # links that lead out and were not followed

    def passed_over(self, place: str) -> Iterator[str]:
        """Sentences on what was left out, so that nothing is missed without a word."""
        if self.others:
            kinds = ", ".join(
                f"{kind or 'no suffix'} {n}" for kind, n in self.others.most_common(5)
            )
            number = self.others.total()
            yield f"{place}: files not named as videos were passed over: {number} ({kinds})"
        for folder in self.unreadable:
            yield f"{place}: the folder {folder} cannot be read and was passed over"
        if self.outside:
            yield (
                f"{place}: {len(self.outside)} links lead out of it and were not followed; the "
                f"first is {self.outside[0]}"
            )

    def add(self, other: "Found") -> None:
        """Take in what another search found."""
        self.videos += other.videos
        self.others += other.others
        self.unreadable += other.unreadable
        self.outside += other.outside

    def is_video(self, name: str) -> bool:
        """Whether `name` ends as a video's does; another that might be one is counted."""
        kind = suffix(name)
        if kind in VIDEO_SUFFIXES:
            return True
        if kind not in TRANSCRIPT_SUFFIXES | TABLE_SUFFIXES and not _is_text_or_picture(kind):
            self.others[kind] += 1
        return False


def _is_text_or_picture(kind: str) -> bool:
    media_type, _ = _MEDIA_TYPES.guess_type(f"name{kind}")
    return media_type is not None and media_type.startswith(("text/", "image/"))


def suffix(path: str) -> str:
    """The suffix of a path in small letters, with its dot: `.mp4`."""
    return PurePosixPath(path).suffix.lower()
