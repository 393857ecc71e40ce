"""Where the transcript of a video is: given with it, or beside it under its name."""

import re
import time
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from stages.media import local_path

_ENDINGS = (".srt", ".vtt", ".ass", ".ssa", ".json", ".csv")  # in order of preference
_LANGUAGE = re.compile(r"(?P<language>[a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True)
class TranscriptFile:
    """A transcript on some storage.

    Attributes:
        storage: the fsspec file system it is on.
        path: its path there.
        language: ISO 639-1, where its name says it (`clip.en.srt`).
    """

    storage: Any
    path: str
    language: str | None = None

    @property
    def name(self) -> str:
        """The name without the folder."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def ending(self) -> str:
        """Such as `.srt`, in lower case."""
        return _ending(self.name)


def given(uri: str) -> TranscriptFile:
    """The transcript at a local path or any URI that fsspec opens."""
    storage, path = _storage(uri)
    return TranscriptFile(storage, path, _language_in(path))


def beside(uri: str, language: str | None) -> list[TranscriptFile]:
    """The transcripts beside the video at `uri`, best first.

    The video's name with another ending in any case, or with a language between: of `talk.mp4`
    these are `talk.srt`, `talk.en.vtt`, `talk.JSON`. The plain name goes first, then `language`.

    Raises:
        OSError: the folder cannot be listed (a web server, no permission).
    """
    storage, path = _storage(uri)
    folder, _, name = path.rpartition("/")
    folder = folder or "/"
    names = _transcripts(storage, folder, _version(storage, folder))
    ranked = []
    for other, rest in names.get(_plain(name.rpartition(".")[0] or name), ()):
        tongue = _language_in(other)
        rank = (bool(rest), tongue != language, _ENDINGS.index(_ending(other)), other)
        ranked.append((rank, TranscriptFile(storage, f"{folder.rstrip('/')}/{other}", tongue)))
    return [file for _, file in sorted(ranked, key=lambda pair: pair[0])]


@lru_cache(maxsize=4)  # else a folder of n videos would be looked through n times
def _transcripts(storage: Any, folder: str, _version: int) -> dict[str, list[tuple[str, str]]]:
    """The transcripts in a folder by the name of their video: their names, and any language."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in storage.ls(folder, detail=False):
        name = str(entry).rstrip("/").rpartition("/")[2]
        if _ending(name) not in _ENDINGS:
            continue
        stem = _plain(name[: -len(_ending(name))])
        found.setdefault(stem, []).append((name, ""))
        video, _, tongue = stem.rpartition(".")
        if video and _LANGUAGE.fullmatch(tongue):
            found.setdefault(video, []).append((name, tongue))
    return found


def _version(storage: Any, folder: str) -> int:
    """Changes when the folder may have: with its time on a disk, elsewhere every minute."""
    if "file" in storage.protocol:
        return Path(folder).stat().st_mtime_ns
    return int(time.monotonic() // 60)


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return (dot + ending).lower()


def _language_in(name: str) -> str | None:
    """`en` of `clip.en.srt` and of `clip.en-GB.srt`."""
    suffixes = Path(name).suffixes
    found = _LANGUAGE.fullmatch(suffixes[-2][1:]) if len(suffixes) > 1 else None
    return found["language"].lower() if found and len(found["language"]) == 2 else None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)  # some systems store names decomposed


def _storage(uri: str) -> tuple[Any, str]:
    import fsspec

    path = local_path(uri)
    if path is not None:
        return fsspec.filesystem("file"), str(path.absolute())
    storage, below = fsspec.core.url_to_fs(uri)
    return storage, str(below)
