"""Videos in local folders."""

import os
from pathlib import Path

from pipeline.dataset.layout import is_dataset
from pipeline.manifest.source import Found, Source
from stages.faults import ErrorKind


def walk(folder: str, depth: int = 0, *, stay_inside: bool = False) -> Found:
    """The videos at any depth below `folder`.

    Links to folders are followed after the real folders, and no folder is visited twice. Hidden
    files and folders, and folders that a run wrote, are passed by.

    Args:
        folder: absolute path.
        depth: how many parts of `folder` itself belong to the ids.
        stay_inside: pass by links that lead out of `folder`.
    """
    found = Found()
    seen: set[tuple[int, int]] = set()
    real, links = [(folder, depth)], list[tuple[str, int]]()
    while real or links:
        path, depth = real.pop() if real else links.pop(0)
        try:
            status = Path(path).stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            found.unreadable.append(path)
            continue
        if path != folder and is_dataset({entry.name for entry in entries}):
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if stay_inside and entry.is_symlink() and not _leads_below(entry.path, folder):
                found.outside.append(entry.path)
            elif entry.is_dir():
                (links if entry.is_symlink() else real).append((entry.path, depth + 1))
            elif _is_openable(entry) and found.is_video(entry.name):
                found.videos.append(file_source(entry.path, depth + 1))
    return found


def _leads_below(link: str, folder: str) -> bool:
    try:
        return Path(link).resolve().is_relative_to(Path(folder).resolve())
    except (OSError, RuntimeError):  # a circle of links
        return False


def file_source(path: str, depth: int = 1) -> Source:
    """The source for a local file; one whose name is not UTF-8 is known to fail.

    Arrow and JSON hold UTF-8 only, so such a name cannot be carried through the run. The row
    stands under the file's URI with the odd bytes escaped.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        message = "the name of the file or of a folder above is not UTF-8; rename it"
        return Source(Path(path).as_uri(), depth, error=(ErrorKind.NOT_FOUND, message))
    return Source(path, depth)


def _is_openable(entry: os.DirEntry[str]) -> bool:
    """A file, or a link to nothing (which must become a failure, not vanish); not a pipe."""
    return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
