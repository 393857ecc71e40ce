"""Which of the transcripts in a folder is whose, by their names."""

import mimetypes
import re
import time
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from stages.transcribe.transcripts.languages import iso_639_1

TRANSCRIPTS = (".srt", ".vtt", ".ass", ".ssa", ".json", ".csv")
"""Endings of what is read beside a video, in order of preference."""

_OTHER_FORM = re.compile(  # of speech as well, which nobody reads here
    r"\.(?:ctm|dfxp|eaf|itt|jsonl|lrc|rttm|sami|sbv|scc|smi|stl|sub|sup|textgrid|trs|tsv|ttml|txt|"
    "xml)"
)
_MEDIA_TYPES = mimetypes.MimeTypes()  # Python's own table, the same on every machine


class FolderNames:
    """The names in a folder, by the video that each transcript belongs to.

    A transcript belongs to the video whose whole name stands before its ending, with or without
    the video's own ending. Only where there is none may the last part of the name be a language.
    A name in the very same Unicode form goes before one that only shows alike.
    """

    def __init__(self, names: Iterable[str]) -> None:
        names = sorted(names)
        self._videos = _Videos(name for name in names if _may_be_video(name))
        # Both by the stem or the whole name of the video.
        self._transcripts: dict[str, list[tuple[str, str | None]]] = {}
        self._others: dict[str, list[str]] = {}
        self._loose: list[str] = []  # no video here owns them
        for name in names:
            ending = ending_of(name)
            if ending not in TRANSCRIPTS and not _OTHER_FORM.fullmatch(ending):
                continue
            owner, tongue = self._owner(name[: -len(ending)])
            if owner is None:
                self._loose.append(name)
            elif ending in TRANSCRIPTS:
                self._transcripts.setdefault(owner, []).append((name, tongue))
            else:
                self._others.setdefault(owner, []).append(name)

    def transcripts_of(self, video: str) -> list[tuple[str, str | None]]:
        """The names of a video's transcripts, each with the language that it names."""
        return [name for key in _keys(video) for name in self._transcripts.get(key, ())]

    def passed_over(self, video: str) -> list[str]:
        """Other forms of its transcript, and what begins like its name and is no other video's."""
        stem = _alike(_stem(video)).casefold()
        near = [name for name in self._loose if _goes_on(_alike(name).casefold(), stem)]
        return [name for key in _keys(video) for name in self._others.get(key, ())] + near

    def _owner(self, base: str) -> tuple[str | None, str | None]:
        """The stem or whole name that a transcript belongs to, and the language it names."""
        owner = self._videos.named(base)
        if owner is not None:
            return owner, None
        video, _, tongue = base.rpartition(".")
        language = iso_639_1(tongue)
        owner = self._videos.named(video) if video and language else None
        return owner, language if owner is not None else None


class _Videos:
    """Names of videos, with and without their endings."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {written for name in names for written in (name, _stem(name))}
        self._alike: dict[str, str] = {}
        for name in sorted(self._names):
            self._alike.setdefault(_alike(name), name)

    def named(self, base: str) -> str | None:
        """The one that is called so, in this Unicode form or else in another."""
        return base if base in self._names else self._alike.get(_alike(base))


def folder_of(storage: Any, folder: str) -> FolderNames:
    """The names in a folder of a storage.

    Raises:
        OSError: it cannot be listed.
    """
    return _listed(storage, folder, _version(storage, folder))


@lru_cache(maxsize=4)  # else a folder of n videos would be looked through n times
def _listed(storage: Any, folder: str, _version: int) -> FolderNames:
    entries = (str(entry).rstrip("/") for entry in storage.ls(folder, detail=False))
    return FolderNames(entry.rpartition("/")[2] for entry in entries)


def _version(storage: Any, folder: str) -> int:
    """Changes when the folder may have: with its time on a disk, elsewhere every minute."""
    if "file" in storage.protocol:
        return Path(folder).stat().st_mtime_ns
    return int(time.monotonic() // 60)


def ending_of(name: str) -> str:
    """Such as `.srt`, in lower case; "" of a name without one."""
    _, dot, ending = name.rpartition(".")
    return (dot + ending).lower()


def _may_be_video(name: str) -> bool:
    """Whatever is not known for something else: a video is named as people like."""
    ending = ending_of(name)
    if ending in TRANSCRIPTS or _OTHER_FORM.fullmatch(ending):
        return False
    kind, _ = _MEDIA_TYPES.guess_type(f"name{ending}")
    if kind is None or kind in ("audio/3gpp", "audio/3gpp2", "image/gif"):
        return True
    return not kind.startswith(("audio/", "image/", "text/"))


def _keys(video: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((video, _stem(video))))


def _goes_on(name: str, stem: str) -> bool:
    return len(name) > len(stem) and name.startswith(stem) and not name[len(stem)].isalnum()


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name)  # some systems store names decomposed
