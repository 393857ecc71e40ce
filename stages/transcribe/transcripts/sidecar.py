"""Where the transcript of a video is: given with it, or beside it under its name."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stages.media import local_path
from stages.transcribe.transcripts.beside import TRANSCRIPTS, ending_of, folder_of
from stages.transcribe.transcripts.languages import iso_639_1


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
        return ending_of(self.name)


def given(uri: str) -> TranscriptFile:
    """The transcript at a local path or any URI that fsspec opens."""
    storage, path = _storage(uri)
    return TranscriptFile(storage, path, _language_in(path))


@dataclass
class Beside:
    """What lies beside a video: its transcripts, best first, and the names that are not taken."""

    files: list[TranscriptFile] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def beside(uri: str, language: str | None) -> Beside:
    """The transcripts beside the video at `uri`, best first.

    Of `talk.mp4` these are `talk.srt`, `talk.mp4.srt`, `talk.en.vtt`, `talk.JSON`, unless they
    bear the whole name of another video. What is named in `language` goes first, then what names
    no language. What is named almost so, or has a form that is not looked for, is passed over.

    Raises:
        OSError: the folder cannot be listed (a web server, no permission).
    """
    storage, path = _storage(uri)
    folder, _, name = path.rpartition("/")
    folder = folder or "/"
    listing = folder_of(storage, folder)
    ranked = []
    for other, tongue in listing.transcripts_of(name):
        is_wanted = language is not None and tongue == language
        rank = (not is_wanted, tongue is not None, TRANSCRIPTS.index(ending_of(other)), other)
        file = TranscriptFile(storage, f"{folder.rstrip('/')}/{other}", tongue)
        ranked.append((rank, file))
    files = [file for _, file in sorted(ranked, key=lambda pair: pair[0])]
    return Beside(files, listing.passed_over(name))


def _language_in(name: str) -> str | None:
    """`en` of `clip.en.srt` and of `clip.en-GB.srt`."""
    suffixes = Path(name).suffixes
    return iso_639_1(suffixes[-2][1:]) if len(suffixes) > 1 else None


def _storage(uri: str) -> tuple[Any, str]:
    import fsspec

    path = local_path(uri)
    if path is not None:
        return fsspec.filesystem("file"), str(path.absolute())
    storage, below = fsspec.core.url_to_fs(uri)
    return storage, str(below)
