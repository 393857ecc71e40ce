"""What of a corpus will fail or surprise, by kind, each with the files it is of."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.manifest.source import TRANSCRIPT_SUFFIXES, suffix
from pipeline.planning.equal_content import equal_content
from pipeline.planning.looking import Looked
from stages.decode import DecodeConfig
from stages.faults import ErrorKind
from stages.header import Header
from stages.media import local_path
from stages.segment import SegmentConfig
from stages.transcribe import TranscribeConfig

_FAILS = {
    **{str(kind): f"will fail as {kind}" for kind in ErrorKind},
    str(ErrorKind.WORKER_DIED): "end the process that opens them, and will fail as worker_died",
}
_SURPRISES = {
    "cut_off": "end before their index does: the last part is missing",
    "unknown_length": "do not say how long they are: taken to be as long as the others",
    "no_sound": "have no sound: no utterances but those of a transcript, and no voice",
    "several_sound_tracks": "have several sound tracks: the one that a player starts with is heard",
    "variable_rate": "have a variable frame rate: times are right, rates are means",
    "turned": "are stored turned or mirrored: they are brought upright",
    "equal_content": "hold what another file holds: each is annotated by itself",
    "like_ids": "have ids that differ only in the case or the Unicode form of letters",
    "unmatched_transcript": "are transcripts that no video here takes",
    "transcript_warning": "have something to be known about their transcript",
}
_EVERY = {**_FAILS, **_SURPRISES}


@dataclass(frozen=True)
class NamedFile:
    """A file that something is found of; `detail` says more, or is ""."""

    video_id: str
    uri: str
    detail: str


@dataclass(frozen=True)
class Finding:
    """What is found of some files.

    Attributes:
        kind: a kind of failure (`stages.faults.ErrorKind`), or of surprise.
        fails: whether a run would give failures of them.
        meaning: in words, behind the number of files.
        files: all of them.
    """

    kind: str
    fails: bool
    meaning: str
    files: tuple[NamedFile, ...]


def findings(videos: Sequence[Looked], config: Config) -> list[Finding]:
    """What of the videos will fail, then what will surprise."""
    found: dict[str, list[NamedFile]] = defaultdict(list)
    for video in videos:
        for kind, detail in _of(video, config):
            found[kind].append(NamedFile(video.video_id, video.row["uri"], detail))
    found["equal_content"] = list(_equal(videos))
    found["like_ids"] = list(_like_ids(videos))
    found["unmatched_transcript"] = list(_unmatched(videos))
    return [
        Finding(kind, kind in _FAILS, meaning, tuple(found[kind]))
        for kind, meaning in _EVERY.items()
        if found.get(kind)
    ]


def fails(video: Looked, config: Config) -> bool:
    """Whether a run would give nothing but a failure of it."""
    return any(kind in _FAILS for kind, _ in _of(video, config))


def _of(video: Looked, config: Config) -> Iterator[tuple[str, str]]:
    """The kinds that a video is of, each with a detail or ""."""
    if video.fault is not None:
        yield str(video.fault[0]), video.fault[1]
        return
    if video.header is not None:
        yield from _of_header(video.header, config)
    if video.transcript.fault is not None:
        yield str(ErrorKind.BAD_TRANSCRIPT), video.transcript.fault
    for warning in video.transcript.warnings:
        yield "transcript_warning", warning


def _of_header(header: Header, config: Config) -> Iterator[tuple[str, str]]:
    if not header.has_video:
        yield str(ErrorKind.NO_VIDEO), "only sound"
        return
    if not header.has_decoder:
        yield str(ErrorKind.NO_FRAMES), "no decoder for its video is at hand"
    if large := _too_large(header, config):
        yield str(ErrorKind.TOO_LARGE), large
    tracks = header.sound_tracks
    surprises = (
        ("cut_off", header.missing_bytes > 0, f"{header.missing_bytes} bytes are missing"),
        ("unknown_length", header.duration_s is None, ""),
        ("no_sound", tracks == 0, ""),
        ("several_sound_tracks", tracks > 1, f"{tracks} tracks"),
        ("variable_rate", header.has_variable_rate, f"{header.fps:.4g} frames a second on average"),
        ("turned", header.is_turned, ""),
    )
    yield from ((kind, detail) for kind, is_so, detail in surprises if is_so)


def _too_large(header: Header, config: Config) -> str:
    """Which limit it passes, or ""."""
    longest = config.section(TranscribeConfig).max_duration_s
    pixels = config.section(DecodeConfig).max_pixels
    cut = config.section(SegmentConfig)
    duration_s = header.duration_s or 0.0
    if duration_s > longest:
        return f"lasts {duration_s:.0f} s, more than transcribe.max_duration_s = {longest:g}"
    if duration_s > cut.max_windows * cut.max_window_s:
        return f"lasts {duration_s:.0f} s, more than segment.max_windows = {cut.max_windows} hold"
    if header.width * header.height > pixels:
        return f"has {header.width} x {header.height} pixels, more than decode.max_pixels"
    return ""


def _equal(videos: Sequence[Looked]) -> Iterator[NamedFile]:
    for first, *others in equal_content(videos):
        for other in others:
            yield NamedFile(other.video_id, other.row["uri"], f"as {first.video_id}")


def _like_ids(videos: Sequence[Looked]) -> Iterator[NamedFile]:
    known: dict[str, str] = {}
    for video in videos:
        plain = unicodedata.normalize("NFC", video.video_id).casefold()
        first = known.setdefault(plain, video.video_id)
        if first != video.video_id:
            yield NamedFile(video.video_id, video.row["uri"], f"as {first}")


def _unmatched(videos: Sequence[Looked]) -> Iterator[NamedFile]:
    """Transcripts in the folders of local videos that none of them takes."""
    paths = [path for video in videos if (path := local_path(video.row["uri"])) is not None]
    taken = {video.transcript.name for video in videos}
    for folder in dict.fromkeys(path.parent for path in paths):
        for path in _transcripts_in(folder):
            if str(path) not in taken:
                yield NamedFile("", str(path), "")


def _transcripts_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if suffix(path.name) in TRANSCRIPT_SUFFIXES)
    except OSError:
        return []
