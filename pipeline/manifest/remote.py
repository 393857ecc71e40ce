"""Videos behind URIs that fsspec opens."""

import re
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.dataset.layout import RECORD, is_dataset
from pipeline.manifest.globs import fixed_folder, is_glob, names_a_suffix
from pipeline.manifest.source import Found, Source
from pipeline.storage import file_systems
from stages import media
from stages.faults import SetupError

_WEB = re.compile(r"https?://")


def local_path(uri: str) -> str | None:
    """The local path that a URI such as file:///clips/a.mp4 stands for; None if it is remote.

    Nothing is connected to: a list names thousands of URIs.

    Raises:
        SetupError: see `file_systems`.
    """
    path = media.local_path(uri) if len(file_systems(uri)) == 1 else None
    return None if path is None else str(path)


def ends_on_this_machine(uri: str) -> bool:
    """Whether a chain such as zip://a.mp4::file:///day.zip reads a local file in the end."""
    return issubclass(file_systems(uri)[-1], LocalFileSystem)


def find(uri: str) -> Found:
    """The videos that a remote URI names: a file, those below a folder, or those of a glob.

    Web addresses and chains (`zip://a.mp4::s3://...`) name one file.

    Raises:
        SetupError: it names nothing, or cannot be reached.
    """
    try:
        files, path = fsspec.url_to_fs(uri)
        found = _find(files, path, uri)
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{uri}: cannot be reached: {type(fault).__name__}: {fault}") from fault
    if found is None:
        raise SetupError(f"{uri}: there is no such file or folder")
    return found


def _find(files: Any, path: str, uri: str) -> Found | None:
    if "::" in uri or _WEB.match(uri):
        return Found([Source(uri)]) if files.exists(path) else None
    if files.isfile(path):
        return Found([Source(files.unstrip_protocol(path))])
    if files.isdir(path):
        return _videos(files, path.rstrip("/"), files.find(path), Found())
    return _matching(files, fixed_folder(path), path) if is_glob(path) else None


def _matching(files: Any, root: str, pattern: str) -> Found:
    found = Found()
    matches = files.glob(pattern, detail=True)
    named = [name for name, facts in matches.items() if facts["type"] == "file"]
    below = [
        name
        for folder, facts in matches.items()
        if facts["type"] == "directory"
        for name in files.find(folder)
    ]
    if names_a_suffix(pattern):
        found.videos += [_source(files, root, name) for name in named]
        named = []
    return _videos(files, root, sorted({*named, *below}), found)


def _videos(files: Any, root: str, paths: list[str], found: Found) -> Found:
    outputs = _output_folders(paths, root)
    for path in paths:
        below = path[len(root) :]
        hidden = "/." in f"/{below.lstrip('/')}"
        written_by_us = any(path.startswith(folder) for folder in outputs)
        if not (hidden or written_by_us) and found.is_video(path):
            found.videos.append(_source(files, root, path))
    return found


def _source(files: Any, root: str, path: str) -> Source:
    depth = len([part for part in path[len(root) :].split("/") if part])
    return Source(files.unstrip_protocol(path), depth)


def _output_folders(paths: list[str], root: str) -> list[str]:
    """Folders below `root` that a run wrote."""
    runs = [path.removesuffix(RECORD) for path in paths if path.endswith(f"/{RECORD}")]
    return [run for run in runs if run.rstrip("/") != root and is_dataset(_below(run, paths))]


def _below(folder: str, paths: list[str]) -> set[str]:
    """The names directly below a folder."""
    return {path[len(folder) :].partition("/")[0] for path in paths if path.startswith(folder)}
