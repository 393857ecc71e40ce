"""What a table calls a video, and how that is compared with the video's path."""

import mimetypes
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stages.transcribe.transcripts.dialogue_csv import Line, Table, number

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*://")
_MEDIA_TYPES = mimetypes.MimeTypes()
_MEDIA_ENDINGS = (  # that the table of types lacks
    "asf",
    "divx",
    "dv",
    "f4v",
    "flac",
    "flv",
    "m2t",
    "m2ts",
    "m4v",
    "mkv",
    "mts",
    "mxf",
    "ogm",
    "ogv",
    "opus",
    "rm",
    "rmvb",
    "ts",
    "vob",
    "webm",
    "wmv",
)


@dataclass(frozen=True)
class Video:
    """The path of a video in parts."""

    folders: tuple[str, ...]
    name: str

    @classmethod
    def at(cls, path: str) -> "Video":
        """The video at a path or a URI."""
        *folders, name = _parts(path)
        return cls(tuple(folders), name)

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def folder(self) -> str:
        """The name of the folder it is in."""
        return self.folders[-1] if self.folders else ""


@dataclass(frozen=True)
class Id:
    """What a table calls a video: the cell, and whether it only counts pieces."""

    text: str
    is_piece: bool


class Ids:
    """The lines of a table by what names their video.

    Attributes:
        lines: by id.
        are_of_one_line: whether each id has one line.
        tell_by_name: whether ids differ in more than their folders.
    """

    def __init__(self, table: Table, *, counters: bool) -> None:
        self.lines: dict[Id, list[Line]] = defaultdict(list)
        for line in table.lines:
            for written in dict.fromkeys(_names_in(table, line, counters)):
                self.lines[written].append(line)
        self._by_key: dict[str, list[Id]] = defaultdict(list)
        for written in self.lines:
            name = _parts(written.text)[-1]
            for key in dict.fromkeys((key_of(name), key_of(without_ending(name)))):
                self._by_key[key].append(written)
        self.are_of_one_line = all(len(lines) == 1 for lines in self.lines.values())
        self.tell_by_name = all(len(each) == 1 for each in self._by_key.values())

    def of(self, name: str) -> list[Id]:
        """The ids that may mean a file of this name, in whatever folder."""
        return self._by_key.get(key_of(name), [])


@lru_cache(maxsize=4)  # a corpus has one table for thousands of videos
def ids_of(table: Table, counters: bool) -> Ids:
    """The lines by their ids; with `counters` also by numbers that may only count lines."""
    return Ids(table, counters=counters)


def _names_in(table: Table, line: Line, counters: bool) -> Iterator[Id]:
    """The cells that may name the video of a line. Numbers that count lines do, if `counters`."""
    for cell in (line["video"], *line.names):
        if cell.strip():
            yield Id(cell.strip(), is_piece=False)
    pieces = [] if "video" in table.columns and number(line["clip"]) is not None else ["clip"]
    counting = [] if {"dialogue", "scene"} & table.columns else ["utterance", "counter"]
    for column in (*pieces, *counting):
        cell = line[column]
        if cell and (column == "clip" or counters or number(cell) is None):
            yield Id(cell, is_piece=True)


@lru_cache(maxsize=4)
def pairs_of(table: Table) -> tuple[dict[tuple[str, str], list[Line]], frozenset[str]]:
    """The lines by video and clip, and the videos there are."""
    pairs: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in table.lines:
        pairs[key_of(without_ending(line["video"])), key_of(without_ending(line["clip"]))].append(
            line
        )
    return pairs, frozenset(of_video for of_video, _ in pairs)


@lru_cache(maxsize=64)
def lines_by(table: Table, column: str) -> dict[str, list[Line]]:
    """The lines by the cells of a column."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in table.lines:
        found[key_of(without_ending(line.unknown[column]))].append(line)
    return dict(found)


def agreement(written: str, video: Video, told_by_name: bool) -> tuple[bool, bool, int] | None:
    """How well an id fits the video, None if its folders are others: name, form, folders."""
    *folders, name = _parts(written)
    same = 0
    for mine, theirs in zip(reversed(video.folders), reversed(folders), strict=False):
        if key_of(mine) != key_of(theirs):
            break
        same += 1
    all_agree = same == min(len(folders), len(video.folders))
    is_absolute = _ABSOLUTE.match(written.strip()) is not None  # perhaps of another machine
    from_elsewhere = sum((told_by_name, is_absolute, same > 0)) >= 2
    if not all_agree and (not from_elsewhere or number(video.stem) is not None):
        return None
    return name == video.name, name in (video.name, video.stem), same


def _parts(path: str) -> list[str]:
    """Folders and name; a path may be of Windows."""
    parts = re.split(r"[/\\]+", path.strip())
    return [part for part in parts[:-1] if part not in ("", ".")] + parts[-1:]


def key_of(name: str) -> str:
    """What is equal for names that may mean the same: 7, 0007 and 7.0; both Unicode forms."""
    whole = number(name)
    return unicodedata.normalize("NFC", name.strip()) if whole is None else str(whole)


def without_ending(name: str) -> str:
    """`talk` of `talk.wav`; `talk.1` is no file's name and stays."""
    stem, dot, ending = name.strip().rpartition(".")
    if not stem or not dot:
        return name.strip()
    kind, _ = _MEDIA_TYPES.guess_type(f"name.{ending.lower()}")
    is_media = kind is not None and kind.startswith(("audio/", "video/"))
    return stem if is_media or ending.lower() in _MEDIA_ENDINGS else name.strip()
