"""Every input a person names, resolved to source rows."""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.manifest import local, remote
from pipeline.manifest.globs import fixed_folder, is_glob, names_a_suffix
from pipeline.manifest.ids import natural_key, video_ids
from pipeline.manifest.listing import read_list
from pipeline.manifest.source import (
    LIST_SUFFIXES,
    TABLE_SUFFIXES,
    TRANSCRIPT_SUFFIXES,
    VIDEO_SUFFIXES,
    Found,
    Source,
    suffix,
)
from pipeline.manifest.table import read_table
from stages.faults import SetupError
from stages.media import is_uri
from stages.rows import Row


@dataclass(frozen=True)
class Sources:
    """The videos of a run.

    Attributes:
        rows: dicts with `stages.rows.SOURCE_COLUMNS`, `warnings` and, where a video is already
            known to be unusable, `error`; each `video_id` once, in natural order.
        notices: sentences for the person on what was passed over or merged.
    """

    rows: list[Row]
    notices: list[str] = field(default_factory=list)


def resolve_inputs(inputs: Sequence[str]) -> Sources:
    """The source rows of files, folders, globs, lists and tables, local or behind URIs.

    Folders give the files named as videos at any depth; a file named by itself is taken whatever
    its name; a real file whose name looks like a glob is that file. `.txt` is a list, `.csv`,
    `.tsv`, `.jsonl` and `.parquet` are tables. The same file named twice is one row. A file that a
    list or a table names and that is not there is a row all the same, which fails later, so that
    one dead line does not stop thousands.

    Raises:
        SetupError: an input names nothing, or a list or table cannot be read; names it.
    """
    if not inputs:
        raise SetupError("no input: name a video, a folder, a glob, a list or a table")
    notices: list[str] = []
    named = [source for text in inputs for source in _resolve(text, notices)]
    sources = _each_file_once(named, notices)
    if not sources:
        raise SetupError(f"no video in {', '.join(inputs)}; " + "; ".join(notices))
    ids = video_ids(sources)
    shared = _shared_transcripts(sources)
    rows = [_row(source, video_id, shared) for source, video_id in zip(sources, ids, strict=True)]
    rows.sort(key=lambda row: natural_key(row["video_id"]))
    return Sources(rows, notices)


def _resolve(text: str, notices: list[str]) -> list[Source]:
    path = remote.local_path(text) if is_uri(text) else text
    if path is None:
        return _remote(text, notices)
    path = _absolute(path)
    if Path(path).is_dir():
        return _taken(local.walk(path), text, notices)
    if Path(path).exists():
        return _file(path, text, notices)
    if is_glob(path):
        return _taken(_matching(path), text, notices)
    if Path(path).is_symlink():
        raise SetupError(f"{text}: a link to a file that is not there")
    raise SetupError(f"{text}: there is no such file or folder")


def _absolute(path: str) -> str:
    """`path` from the root on, with links as they are named: an id shows what a person sees."""
    return os.path.abspath(Path(path).expanduser())  # noqa: PTH100


def _remote(uri: str, notices: list[str]) -> list[Source]:
    if suffix(uri) in LIST_SUFFIXES | TABLE_SUFFIXES and not is_glob(uri):
        return _file(uri, uri, notices)
    return _taken(remote.find(uri), uri, notices)


def _file(path: str, text: str, notices: list[str]) -> list[Source]:
    kind = suffix(path)
    if kind in LIST_SUFFIXES:
        return read_list(path, notices)
    if kind in TABLE_SUFFIXES:
        return read_table(path, notices)
    if kind in TRANSCRIPT_SUFFIXES:  # a shell turns clips/* into the transcripts, too
        notices.append(f"{text}: passed over: a transcript is read beside its video")
        return []
    return [local.file_source(path)]


def _matching(pattern: str) -> Found:
    """What a glob matches; all files if it says how they end, else the videos among them."""
    found = Found()
    root = fixed_folder(pattern)
    matches = glob.iglob(pattern, recursive=True)  # noqa: PTH207 - pathlib follows no links in **
    for match in sorted(map(_absolute, matches)):
        depth = match[len(root) :].strip("/").count("/") + 1
        if Path(match).is_dir():
            found.add(local.walk(match, depth))
        elif names_a_suffix(pattern) or found.is_video(match):
            found.videos.append(local.file_source(match, depth))
    return found


def _taken(found: Found, text: str, notices: list[str]) -> list[Source]:
    passed_over = list(found.passed_over(text))
    if not found.videos:
        endings = " ".join(sorted(VIDEO_SUFFIXES))
        reasons = "; ".join([f"looked for files that end in {endings}", *passed_over])
        raise SetupError(f"{text}: no video found; {reasons}")
    notices += passed_over
    return found.videos


def _each_file_once(sources: Sequence[Source], notices: list[str]) -> list[Source]:
    """One source for each file, or for each id that tables give the file.

    Of several for one file the one that says most stands: what a table says, then the longest
    path, so that the order of the inputs does not matter.
    """
    by_uri: dict[str, dict[str | None, Source]] = {}
    merged = 0
    for source in sources:
        same = by_uri.setdefault(source.uri, {})
        other = same.get(source.video_id)
        merged += other is not None
        if other is None or _worth(source) > _worth(other):
            same[source.video_id] = source
    for same in by_uri.values():
        if len(same) > 1 and same.pop(None, None) is not None:
            merged += 1
    if merged:
        notices.append(f"files named more than once were taken once: {merged}")
    return [source for same in by_uri.values() for source in same.values()]


def _worth(source: Source) -> tuple[bool, int]:
    said = source.utterances or source.transcript_uri or source.language or source.extra
    return bool(said), source.depth


def _shared_transcripts(sources: Sequence[Source]) -> set[str]:
    """The transcripts that more than one file has: tables of a corpus."""
    videos: dict[str, set[str]] = {}
    for source in sources:
        if source.transcript_uri:
            videos.setdefault(source.transcript_uri, set()).add(source.uri)
    return {transcript for transcript, of in videos.items() if len(of) > 1}


def _row(source: Source, video_id: str, shared: set[str]) -> Row:
    row: Row = {
        "video_id": video_id,
        "uri": source.uri,
        "file": None,  # for a run to find out, of those that it takes
        "transcript_uri": source.transcript_uri,
        "transcript_is_shared": source.transcript_uri in shared,
        "language": source.language,
        "utterances": source.utterances,
        "extra": [{"key": key, "value": value} for key, value in source.extra.items()] or None,
        "warnings": source.warnings,
    }
    if source.error is not None:
        kind, message = source.error
        row["error"] = {"stage": "manifest", "kind": str(kind), "message": message}
    return row
